import { isDeepStrictEqual } from 'node:util'
import { type DescMessage, fromBinary, isFieldSet, type JsonObject, toJson } from '@bufbuild/protobuf'
import { asState } from './recorded-file.ts'

/**
 * What bytes say otherwise than they did when they were recorded, field by field and by number: a field may have got
 * another name since. Fields that are no more are not compared; those that are new must be absent.
 * @throws Error when the bytes are no such message
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
