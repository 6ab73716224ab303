import type { Change, Side } from '../change.ts'
import type { Facts, TopicFact } from '../facts/facts.ts'
import { announcedRetirements } from '../facts/retirements.ts'
import { LIST, lineOfTopic } from './topic-lines.ts'

/** A topic that is in the list no more: retired as it should be, renamed, or just gone. */
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
      message: `${old.name} is gone from the list; its end was announced and no projection reads it.`,
      file: LIST,
      line: lineOfTopic(before, old),
      breaks: [],
      remedy: 'Its records stay in Kafka until somebody deletes the topic. Ask the teams that consume it from outside.',
    }
  const retire = `let no projection read it, announce its end by \`// Retired topic: ${old.name}\` in ${LIST}, merge that, and take it out in a later change.`
  if (!successor)
    return {
      level: 'breaking',
      rule: 'topics.removed',
      message: `${old.name} is gone from the list: nothing is produced to it or read from it.`,
      file: LIST,
      line: lineOfTopic(before, old),
      breaks: consumers,
      remedy: `To retire it: ${retire}`,
    }
  return {
    level: 'breaking',
    rule: 'topics.renamed',
    message: `${old.name} is called ${successor.name}: consumers find an empty topic, and what is in the old one is read by nobody.`,
    file: LIST,
    line: lineOfTopic(after, successor),
    breaks: consumers,
    remedy: `List ${successor.name} beside it, fill it by \`npm run ops -- republish ${old.owner}\` and move the projections. Then ${retire}`,
  }
}
