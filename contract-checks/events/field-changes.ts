import type { DescField, DescMessage } from '@bufbuild/protobuf'
import type { Change } from '../change.ts'
import { consumersOf } from '../facts/facts.ts'
import { fileOf } from '../facts/messages.ts'
import { lineOfField } from '../facts/proto-lines.ts'
import type { BothSides } from './both-sides.ts'
import { type FieldFindings, findMessage } from './group-by-field.ts'

/** Findings after which the bytes of old records say something else, or nothing. */
const wireRules = [
  'FIELD_SAME_TYPE',
  'FIELD_SAME_CARDINALITY',
  'FIELD_SAME_LABEL',
  'FIELD_SAME_ONEOF',
  'FIELD_SAME_DEFAULT',
]
const nameRules = ['FIELD_SAME_NAME', 'FIELD_SAME_JSON_NAME']

const numbered = (message: DescMessage | undefined, number: number) =>
  message?.fields.find((field) => field.number === number)

const isReserved = (message: DescMessage | undefined, number: number) =>
  message?.proto.reservedRange.some(({ start, end }) => start <= number && number < end) ?? false

const at = (field: DescField) => ({ file: fileOf(field.parent), line: lineOfField(field) })

/** Judges what became of one field, by what it is on the wire and who read it before. */
export function fieldChanges(found: FieldFindings, sides: BothSides): readonly Change[] {
  const was = findMessage(sides.before, found.path, found.message)
  const is = findMessage(sides.after, found.path, found.message)
  const old = numbered(was, found.number)
  if (!was || !is || !old) return []
  const name = `${found.message}.${old.name}`
  const readers = consumersOf(sides.facts, was.typeName, found.number)
  const namesake = is.fields.find((field) => field.name === old.name)
  const now = numbered(is, found.number)

  if (namesake && namesake.number !== old.number)
    return [
      {
        level: 'breaking',
        rule: 'events.field-renumbered',
        message: `${name} was field ${old.number} and is field ${namesake.number}: what old records have in it is lost.`,
        ...at(namesake),
        breaks: readers,
        remedy: `Give it its number ${old.number} back. A field with another meaning gets the next free number and another name.`,
      },
    ]
  if (!now) return [removed(name, old, readers, isReserved(is, old.number))]
  const types = [...found.types]
  if (types.some((type) => wireRules.includes(type)))
    return [
      {
        level: 'breaking',
        rule: 'events.field-retyped',
        message: `${name} is of another type: ${found.texts.join(' ')} Old records have the old one for ever.`,
        ...at(now),
        breaks: consumersOf(sides.facts, was.typeName),
        remedy: `Leave it, and add a field of the new type with the next free number; write both until all consumers read the new one.`,
      },
    ]
  if (types.every((type) => nameRules.includes(type)))
    return [
      {
        level: 'dangerous',
        rule: 'events.field-renamed',
        message: `${name} is called ${now.name}: the bytes are the same, the code that reads it is not.`,
        ...at(now),
        breaks: readers,
        remedy:
          'Run `npm run generate` and rename it in the same commit wherever it is read. Consumers elsewhere read on until they generate anew.',
      },
    ]
  return [
    {
      level: 'dangerous',
      rule: 'events.field-option-changed',
      message: found.texts.join(' '),
      ...at(now),
      breaks: readers,
      remedy: 'Leave the option as it was, unless no generated code of any consumer depends on it.',
    },
  ]
}

function removed(name: string, old: DescField, readers: readonly string[], reserved: boolean): Change {
  const place = { ...at(old), breaks: readers }
  const reserve = `\`reserved ${old.number}; reserved "${old.name}";\``
  if (!reserved)
    return {
      level: 'breaking',
      rule: 'events.field-removed-unreserved',
      message: `${name} (field ${old.number}) is gone and its number is free: a later field could take the old records' bytes for its own.`,
      ...place,
      remedy: `First let no projection read it, then put ${reserve} in its place.`,
    }
  if (readers.length > 0)
    return {
      level: 'breaking',
      rule: 'events.field-removed',
      message: `${name} (field ${old.number}) is gone, and projections read it.`,
      ...place,
      remedy: `Deploy projections that do not read it first; in a later release put ${reserve} in its place.`,
    }
  return {
    level: 'dangerous',
    rule: 'events.field-removed',
    message: `${name} (field ${old.number}) is gone; no projection of this repository read it, and its number is reserved.`,
    ...place,
    remedy: 'Ask the teams that consume the topic from outside.',
  }
}
