import { sleep } from '#toolkit/process/backoff.ts'
import type { Health } from '#toolkit/process/health.ts'
import type { Part } from '#toolkit/process/lifecycle.ts'
import type { Log } from '#toolkit/process/log.ts'
import type { Broker, TopicSpec } from './broker.ts'

/** An entry in the list of topics. Declared here so that nothing of the domain is imported. */
export type ListedTopic<State = unknown> = {
  readonly name: string
  readonly owner: string
  readonly partitions: number
  readonly config: Readonly<Record<string, string>>
  encode(state: State): Uint8Array
  decode(value: Uint8Array): State
}

export type TopicSettings = {
  /** The prefix of every topic and group; empty in production, unique in tests. */
  readonly prefix: string
  readonly replication: number
  readonly minInsyncReplicas: number
}

/** Reads the settings from a role's configuration. */
export const readTopicSettings = (config: {
  readonly TOPIC_PREFIX: string
  readonly TOPIC_REPLICATION: number
  readonly TOPIC_MIN_INSYNC_REPLICAS: number
}): TopicSettings => ({
  prefix: config.TOPIC_PREFIX,
  replication: config.TOPIC_REPLICATION,
  minInsyncReplicas: config.TOPIC_MIN_INSYNC_REPLICAS,
})

/** The topic as this deployment creates it. */
export const topicSpec = (
  topic: ListedTopic,
  { prefix, replication, minInsyncReplicas }: TopicSettings,
): TopicSpec => ({
  name: prefix + topic.name,
  partitions: topic.partitions,
  replication,
  config: { ...topic.config, 'min.insync.replicas': String(minInsyncReplicas) },
})

/** The pause after a failed comparison, in milliseconds. */
const COMPARE_AGAIN_MS = 5_000

/**
 * Compares the topics with the list before anything is written or read: a topic with the broker's default policy would
 * lose data, and one with another partition count would order keys wrongly. `start` waits until all are as listed.
 */
export function createTopicCheck(options: {
  readonly broker: Broker
  readonly topics: readonly ListedTopic[]
  readonly settings: TopicSettings
  readonly log: Log
}): Part & { health(): Health } {
  const { broker, log } = options
  const specs = options.topics.map((topic) => topicSpec(topic, options.settings))
  const stopping = new AbortController()
  let problem: string | undefined = 'the topics have not been compared yet'
  return {
    name: 'topics',
    async start() {
      while (!stopping.signal.aborted) {
        problem = await broker.compareTopics(specs).then(
          (differences) =>
            differences.length > 0 ? `${differences.join('; ')}. See docs/PROTOCOL.md, Topics.` : undefined,
          (error: Error) => `Kafka does not answer: ${error.message}`,
        )
        if (!problem) return
        log.warn({ problem }, 'topics are not as listed')
        await sleep(COMPARE_AGAIN_MS, stopping.signal)
      }
    },
    async stop() {
      stopping.abort()
    },
    health: () => (problem ? { ready: false, reason: problem } : { ready: true }),
  }
}
