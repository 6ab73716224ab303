import type { Change, Check, Side } from '../change.ts'
import { type Facts, factsBefore, factsOf, type TopicFact } from '../facts/facts.ts'
import { DoesNotRun } from '../facts/run-in-side.ts'
import { messageAndOwnerChanges } from './message-and-owner.ts'
import { removedTopic } from './removed-topic.ts'
import { settingChanges } from './setting-changes.ts'
import { LIST, lineOfTopic } from './topic-lines.ts'

/** Changes of the list of topics. */
export const checkTopics: Check = async (before, after) => {
  const was = await factsBefore(before)
  let is: Facts
  try {
    is = await factsOf(after)
  } catch (error) {
    if (error instanceof DoesNotRun) return [doesNotRun(error)]
    throw error
  }
  const named = (name: string) => is.topics.find((topic) => topic.name === name)
  const consumers = (name: string) => was.projections.filter(({ topic }) => topic === name).map(({ label }) => label)
  const kept = was.topics.flatMap((old) => {
    const now = named(old.name)
    return now ? [{ old, now, consumers: consumers(old.name) }] : []
  })
  const lost = was.topics.filter(({ name }) => !named(name))
  return [
    ...lost.map((old) => removedTopic(old, is, before, after, consumers(old.name))),
    ...settingChanges(kept, after),
    ...kept.flatMap((topic) => messageAndOwnerChanges(topic, after)),
    // A topic under the key of a removed one is reported as its renaming.
    ...is.topics
      .filter(({ name, key }) => !was.topics.some((old) => old.name === name) && !lost.some((old) => old.key === key))
      .map((now) => added(now, after)),
  ]
}

const added = (now: TopicFact, after: Side): Change => ({
  level: 'safe',
  rule: 'topics.added',
  message: `${now.name} is new, owned by ${now.owner}.`,
  file: LIST,
  line: lineOfTopic(after, now),
  breaks: [],
  remedy: null,
})

const doesNotRun = (error: DoesNotRun): Change => ({
  level: 'breaking',
  rule: 'topics.does-not-run',
  message: error.message,
  file: LIST,
  line: error.lineIn(LIST),
  breaks: ['every role: none starts'],
  remedy: 'Fix it; if only the generated messages are out of date, run `npm run generate`.',
})
