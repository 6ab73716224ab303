import { isDeepStrictEqual } from 'node:util'
import { type DescMessage, fromBinary, isFieldSet, type JsonObject, toJson } from '@bufbuild/protobuf'
import { asState } from './recorded-file.ts'

/**
 * How the state that bytes decode to differs from the recorded one, a sentence for each field. Fields are matched by
 * number, because names may have changed. Removed fields are not compared; new ones must be absent.
 * @throws Error when the bytes are not such a message
 */
export function stateDifferences(
  recorded: JsonObject,
  fields: Readonly<Record<string, number>>,
  message: DescMessage,
  bytes: Uint8Array,
): readonly string[] {
  const decoded = fromBinary(message, bytes)
  const state = toJson(message, decoded, asState) as JsonObject
  const known = new Map(Object.entries(fields).map(([name, number]) => [number, name]))
  return message.fields.flatMap((field) => {
    const name = known.get(field.number)
    const what = `${message.name}.${field.name}`
    if (name === undefined)
      return isFieldSet(decoded, field) ? [`${what} was absent and is ${quote(state[field.jsonName])}.`] : []
    const was = recorded[name]
    const is = state[field.jsonName]
    return isDeepStrictEqual(was, is) ? [] : [`${what} was ${quote(was)} and is ${quote(is)}.`]
  })
}

const quote = (value: unknown) => {
  const text = JSON.stringify(value) ?? 'absent'
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
