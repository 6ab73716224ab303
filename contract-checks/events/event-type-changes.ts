import type { Change, Side } from '../change.ts'
import { eventTypesOf } from '../facts/event-types.ts'
import type { Facts } from '../facts/facts.ts'
import { EVENTS } from '../facts/messages.ts'
import { announcedRetirements } from '../facts/retirements.ts'

/** Types of events that commands no longer record, and new ones. */
export function eventTypeChanges(before: Side, after: Side, facts: Facts): readonly Change[] {
  const was = eventTypesOf(before)
  const is = eventTypesOf(after)
  const announced = announcedRetirements(before, `${EVENTS}/*.proto`, 'event type')
  const gone = [...was.values()].filter(({ type }) => !is.has(type))
  const added = [...is.values()].filter(({ type }) => !was.has(type))
  return [
    ...gone.map(({ type, file, line }): Change => {
      const announcement = `\`// Retired event type: ${type}\``
      const place = { message: `No command records ${type} any more`, file, line, breaks: filtering(type, facts) }
      return announced.has(type)
        ? {
            ...place,
            level: 'dangerous',
            rule: 'events.type-retired',
            message: `${place.message}; its end was announced.`,
            remedy: `Keep the announcement: the log has events of this type until compaction removes them.`,
          }
        : {
            ...place,
            level: 'breaking',
            rule: 'events.type-removed',
            message: `${place.message}, and nobody was told.`,
            remedy: `Announce it first, in a merged change of its own: ${announcement} above its message in ${EVENTS}. Then let the command go.`,
          }
    }),
    ...added.map(
      ({ type, file, line }): Change => ({
        level: 'safe',
        rule: 'events.type-added',
        message: `Commands record ${type}: consumers do not rely on the type.`,
        file,
        line,
        breaks: [],
        remedy: null,
      }),
    ),
  ]
}

/** Our projections never look at the type; who else reads the topic may. */
function filtering(type: string, { topics }: Facts): readonly string[] {
  const aggregate = type.split('.')[1]
  return topics
    .filter(({ message }) => message.split('.').at(-1)?.toLowerCase() === aggregate)
    .map(({ name }) => `consumers of ${name} that select by ce_type`)
}
