import type { Side } from '../change.ts'
import type { TopicFact } from '../facts/facts.ts'
import { lineOf, onlyLineOf, textOf } from '../facts/side-files.ts'

/** The one list of topics, from a side's root. */
export const LIST = 'contracts/topics.ts'

/** Names of topics and settings contain no other character that is special in a pattern. */
const escaped = (name: string) => name.replaceAll('.', '\\.')

/** The line of a topic in the list; null when its name is not written out. */
export const lineOfTopic = (side: Side, { name }: Pick<TopicFact, 'name'>): number | null =>
  lineOf(textOf(side, LIST) ?? '', new RegExp(`['"\`]${escaped(name)}['"\`]`))

/** The line on which a setting of all topics is written, else that of the topic. */
export const lineOfSetting = (side: Side, topic: TopicFact, setting: string): number | null =>
  onlyLineOf(textOf(side, LIST) ?? '', new RegExp(`^\\s*['"]?${escaped(setting)}['"]?: `)) ?? lineOfTopic(side, topic)
