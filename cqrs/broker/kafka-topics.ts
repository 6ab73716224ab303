import kafkajs, { type Admin } from 'kafkajs'
import type { TopicSpec } from './broker.ts'

/** Makes the topics that are missing; one that somebody makes meanwhile counts as there. */
export async function createTopics(admin: Admin, specs: readonly TopicSpec[]): Promise<void> {
  const there = new Set(await admin.listTopics())
  await admin.createTopics({
    waitForLeaders: true,
    topics: specs
      .filter(({ name }) => !there.has(name))
      .map(({ name, partitions, replication, config }) => ({
        topic: name,
        numPartitions: partitions,
        replicationFactor: replication,
        configEntries: Object.entries(config).map(([name, value]) => ({ name, value })),
      })),
  })
}

/** How topics differ from their specs, a sentence each. */
export async function compareTopics(admin: Admin, specs: readonly TopicSpec[]): Promise<readonly string[]> {
  const there = new Set(await admin.listTopics())
  const missing = specs.filter(({ name }) => !there.has(name)).map(({ name }) => `topic ${name} does not exist`)
  const existing = specs.filter(({ name }) => there.has(name))
  if (existing.length === 0) return missing

  const { topics } = await admin.fetchTopicMetadata({ topics: existing.map(({ name }) => name) })
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: existing.map((spec) => ({
      type: kafkajs.ConfigResourceTypes.TOPIC,
      name: spec.name,
      configNames: Object.keys(spec.config),
    })),
  })
  const differences = existing.flatMap((spec) => {
    const partitions = topics.find(({ name }) => name === spec.name)?.partitions ?? []
    const replication = partitions[0]?.replicas.length
    const entries = resources.find(({ resourceName }) => resourceName === spec.name)?.configEntries ?? []
    const shape = [
      ['partitions', partitions.length, spec.partitions],
      ['a replication factor of', replication, spec.replication],
    ] as const
    return [
      ...shape
        .filter(([, is, meant]) => is !== meant)
        .map(([what, is, meant]) => `topic ${spec.name} has ${what} ${is}, not ${meant}`),
      ...Object.entries(spec.config)
        .map(([name, meant]) => ({ name, meant, is: entries.find((entry) => entry.configName === name)?.configValue }))
        .filter(({ meant, is }) => is !== meant)
        .map(({ name, meant, is }) => `topic ${spec.name} has ${name}=${is}, not ${meant}`),
    ]
  })
  return [...missing, ...differences]
}
