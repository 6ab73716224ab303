import { topics } from '#contracts/topics.ts'
import type { Broker } from '#cqrs/broker/broker.ts'
import { type TopicSettings, topicSpec } from '#cqrs/broker/topics.ts'

/** Creates the listed topics that are missing. @returns how existing ones differ from the list, one sentence each */
export async function ensureTopics(broker: Broker, settings: TopicSettings): Promise<readonly string[]> {
  const specs = Object.values(topics).map((topic) => topicSpec(topic, settings))
  await broker.createTopics(specs)
  return broker.compareTopics(specs)
}
