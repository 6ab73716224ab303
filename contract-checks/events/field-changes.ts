import type { DescField, DescMessage } from '@bufbuild/protobuf'
import type { Change } from '../change.ts'
import { consumersOf } from '../facts/facts.ts'
import { fileOf } from '../facts/messages.ts'
import { lineOfField } from '../facts/proto-lines.ts'
import type { BothSides } from './both-sides.ts'
import { type FieldFindings, findMessage } from './group-by-field.ts'

/** buf's rules whose violation changes what old records mean, or makes them unreadable. */
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

/** Assesses the findings about one field, by its wire format and by who read it before. */
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
        message: `${name} was field ${old.number} and is field ${namesake.number}: its values in old records are lost.`,
        ...at(namesake),
        breaks: readers,
        remedy: `Restore its number ${old.number}. Give a field with another meaning the next free number and another name.`,
      },
    ]
  if (!now) return [removed(name, old, readers, isReserved(is, old.number))]
  const types = [...found.types]
  if (types.some((type) => wireRules.includes(type)))
    return [
      {
        level: 'breaking',
        rule: 'events.field-retyped',
        message: `${name} has another type: ${found.texts.join(' ')} Old records keep the old type permanently.`,
        ...at(now),
        breaks: consumersOf(sides.facts, was.typeName),
        remedy: `Keep it, and add a field of the new type with the next free number; write both until all consumers read the new one.`,
      },
    ]
  if (types.every((type) => nameRules.includes(type)))
    return [
      {
        level: 'dangerous',
        rule: 'events.field-renamed',
        message: `${name} was renamed to ${now.name}: the bytes are the same, but the code that reads it must change.`,
        ...at(now),
        breaks: readers,
        remedy:
          'Run `npm run generate` and rename it in the same commit wherever it is read. Other consumers change when they generate code again.',
      },
    ]
  return [
    {
      level: 'dangerous',
      rule: 'events.field-option-changed',
      message: found.texts.join(' '),
      ...at(now),
      breaks: readers,
      remedy: 'Restore the option, unless no generated code of any consumer depends on it.',
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
      message: `${name} (field ${old.number}) was removed and its number is free: a later field could misread the bytes of old records.`,
      ...place,
      remedy: `First remove it from every projection, then put ${reserve} in its place.`,
    }
  if (readers.length > 0)
    return {
      level: 'breaking',
      rule: 'events.field-removed',
      message: `${name} (field ${old.number}) was removed, but projections read it.`,
      ...place,
      remedy: `Deploy projections that do not read it first; in a later release put ${reserve} in its place.`,
    }
  return {
    level: 'dangerous',
    rule: 'events.field-removed',
    message: `${name} (field ${old.number}) was removed; no projection of this repository read it, and its number is reserved.`,
    ...place,
    remedy: 'Ask the external teams that consume the topic.',
  }
}
