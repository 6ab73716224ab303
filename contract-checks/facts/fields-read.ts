import {
  create,
  type DescField,
  type DescMessage,
  type Message,
  type MessageInitShape,
  ScalarType,
} from '@bufbuild/protobuf'

type Init = Record<string, unknown>

const one = (scalar: ScalarType): unknown => {
  if (scalar === ScalarType.STRING) return 'a'
  if (scalar === ScalarType.BOOL) return true
  if (scalar === ScalarType.BYTES) return new Uint8Array([1])
  const long = [ScalarType.INT64, ScalarType.UINT64, ScalarType.SINT64, ScalarType.FIXED64, ScalarType.SFIXED64]
  return long.includes(scalar) ? 1n : 1
}

/** A value of a field that is not its default. */
function filled(field: DescField): unknown {
  if (field.fieldKind === 'map') return {}
  if (field.fieldKind === 'list') {
    if (field.listKind === 'message') return [create(field.message)]
    return [field.listKind === 'scalar' ? one(field.scalar) : 1]
  }
  if (field.fieldKind === 'message') return create(field.message)
  return field.fieldKind === 'scalar' ? one(field.scalar) : 1
}

/** A field's own property, or that of the oneof that it is of. */
const propertyOf = (field: DescField): string => field.oneof?.localName ?? field.localName

const initOf = (fields: readonly DescField[]): Init =>
  Object.fromEntries(
    fields.map((field) => [
      propertyOf(field),
      field.oneof ? { case: field.localName, value: filled(field) } : filled(field),
    ]),
  )

/**
 * Which fields of a message a function reads, by number: it is run on an empty message, a whole one, and with each field
 * alone and each left out, since what it reads may depend on another.
 */
export function fieldsReadBy(message: DescMessage, row: (state: Message) => Readonly<Record<string, unknown>>) {
  const seen = new Set<string>()
  const columns = new Set<string>()
  const { fields } = message
  const variants = [
    [],
    fields,
    ...fields.map((field) => [field]),
    ...fields.map((left) => fields.filter((f) => f !== left)),
  ]
  for (const variant of variants) {
    const state = create(message, initOf(variant) as MessageInitShape<DescMessage>)
    const watched = new Proxy(state, {
      get(target, property, receiver) {
        if (typeof property === 'string') seen.add(property)
        return Reflect.get(target, property, receiver)
      },
    })
    try {
      for (const column of Object.keys(row(watched))) columns.add(column)
    } catch {
      // A state that never was: what it read until then counts all the same.
    }
  }
  return {
    reads: fields.filter((field) => seen.has(propertyOf(field))).map(({ number }) => number),
    columns: [...columns],
  }
}
