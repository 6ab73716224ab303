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

/** The property that holds a field: its own, or that of its oneof. */
const propertyOf = (field: DescField): string => field.oneof?.localName ?? field.localName

const initOf = (fields: readonly DescField[]): Init =>
  Object.fromEntries(
    fields.map((field) => [
      propertyOf(field),
      field.oneof ? { case: field.localName, value: filled(field) } : filled(field),
    ]),
  )

/**
 * The fields of a message that a function reads, by number. The function runs on an empty message, on a full one, and
 * with each field alone and each field left out, because which fields it reads may depend on the value of another.
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
      // The state may be impossible. What the function read until it failed counts all the same.
    }
  }
  return {
    reads: fields.filter((field) => seen.has(propertyOf(field))).map(({ number }) => number),
    columns: [...columns],
  }
}
