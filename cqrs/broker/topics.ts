import type { TopicSpec } from './broker.ts'

/** What the list of topics says of each, seen from here so that nothing of the domain is imported. */
export type ListedTopic<State = never> = {
  readonly name: string
  readonly owner: string
  readonly partitions: number
  readonly config: Readonly<Record<string, string>>
  encode(state: State): Uint8Array
  decode(value: Uint8Array): State
}

export type TopicSettings = {
  /** Stands before every topic and group; empty in production, unique in tests. */
  readonly prefix: string
  readonly replication: number
  readonly minInsyncReplicas: number
}

/** The topic as this deployment makes it. */
export const topicSpec = (
  topic: ListedTopic,
  { prefix, replication, minInsyncReplicas }: TopicSettings,
): TopicSpec => ({
  name: prefix + topic.name,
  partitions: topic.partitions,
  replication,
  config: { ...topic.config, 'min.insync.replicas': String(minInsyncReplicas) },
})
