import type { Change, Side } from '../change.ts'
import { eventTypesOf } from '../facts/event-types.ts'
import type { Facts } from '../facts/facts.ts'
import { EVENTS } from '../facts/messages.ts'
import { announcedRetirements } from '../facts/retirements.ts'

/** Event types that commands no longer record, and new ones. */
export function eventTypeChanges(before: Side, after: Side, facts: Facts): readonly Change[] {
  const was = eventTypesOf(before)
  const is = eventTypesOf(after)
  const announced = announcedRetirements(before, `${EVENTS}/*.proto`, 'event type')
  const gone = [...was.values()].filter(({ type }) => !is.has(type))
  const added = [...is.values()].filter(({ type }) => !was.has(type))
  return [
    ...gone.map(({ type, file, line }): Change => {
      const announcement = `\`// Retired event type: ${type}\``
      const place = { message: `No command records ${type} any more`, file, line, breaks: consumersByType(type, facts) }
      return announced.has(type)
        ? {
            ...place,
            level: 'dangerous',
            rule: 'events.type-retired',
            message: `${place.message}; its retirement was announced.`,
            remedy: `Keep the announcement: the log has events of this type until compaction removes them.`,
          }
        : {
            ...place,
            level: 'breaking',
            rule: 'events.type-removed',
            message: `${place.message}, and its retirement was not announced.`,
            remedy: `Announce it first, in a merged change of its own: ${announcement} above its message in ${EVENTS}. Then remove the command.`,
          }
    }),
    ...added.map(
      ({ type, file, line }): Change => ({
        level: 'safe',
        rule: 'events.type-added',
        message: `Commands record the new type ${type}.`,
        file,
        line,
        breaks: [],
        remedy: null,
      }),
    ),
  ]
}

/** The projections of this repository ignore the type, but other consumers of the topic may select by it. */
function consumersByType(type: string, { topics }: Facts): readonly string[] {
  const aggregate = type.split('.')[1]
  return topics
    .filter(({ message }) => message.split('.').at(-1)?.toLowerCase() === aggregate)
    .map(({ name }) => `consumers of ${name} that select by ce_type`)
}
