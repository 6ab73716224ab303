import type { Change, Side } from '../change.ts'
import type { Facts, TopicFact } from '../facts/facts.ts'
import { announcedRetirements } from '../facts/retirements.ts'
import { LIST, lineOfTopic } from './topic-lines.ts'

/** A topic that is no longer in the list: retired after an announcement, renamed, or just removed. */
export function removedTopic(
  old: TopicFact,
  is: Facts,
  before: Side,
  after: Side,
  consumers: readonly string[],
): Change {
  const successor = is.topics.find(({ key }) => key === old.key)
  if (consumers.length === 0 && announcedRetirements(before, LIST, 'topic').has(old.name))
    return {
      level: 'dangerous',
      rule: 'topics.retired',
      message: `${old.name} was removed from the list; its retirement was announced and no projection reads it.`,
      file: LIST,
      line: lineOfTopic(before, old),
      breaks: [],
      remedy: 'Its records stay in Kafka until somebody deletes the topic. Ask the external teams that consume it.',
    }
  const retire = `remove the projections that read it, announce its retirement by \`// Retired topic: ${old.name}\` in ${LIST}, merge that, and remove it in a later change.`
  if (!successor)
    return {
      level: 'breaking',
      rule: 'topics.removed',
      message: `${old.name} was removed from the list: nothing produces to it or reads from it.`,
      file: LIST,
      line: lineOfTopic(before, old),
      breaks: consumers,
      remedy: `To retire it: ${retire}`,
    }
  return {
    level: 'breaking',
    rule: 'topics.renamed',
    message: `${old.name} was renamed to ${successor.name}: consumers find an empty topic, and nobody reads the records of the old one.`,
    file: LIST,
    line: lineOfTopic(after, successor),
    breaks: consumers,
    remedy: `List ${successor.name} beside it, fill it by \`npm run ops -- republish ${old.owner}\` and move the projections. Then ${retire}`,
  }
}
