import kafkajs, { type Admin } from 'kafkajs'
import { sleep } from '#toolkit/process/backoff.ts'
import type { TopicSpec } from './broker.ts'

/** How long a broker may take to know topics that the controller has created, in milliseconds. */
const TOLD_WITHIN_MS = 10_000

/** Creates missing topics. It is no error if another process creates one meanwhile. */
export async function createTopics(admin: Admin, specs: readonly TopicSpec[]): Promise<void> {
  const there = new Set(await admin.listTopics())
  await admin.createTopics({
    // kafkajs fails on a topic that the broker does not know yet.
    waitForLeaders: false,
    topics: specs
      .filter(({ name }) => !there.has(name))
      .map(({ name, partitions, replication, config }) => ({
        topic: name,
        numPartitions: partitions,
        replicationFactor: replication,
        configEntries: Object.entries(config).map(([name, value]) => ({ name, value })),
      })),
  })
  for (const until = performance.now() + TOLD_WITHIN_MS; ; await sleep(20)) {
    const known = new Set(await admin.listTopics())
    const missing = specs.filter(({ name }) => !known.has(name))
    if (missing.length === 0) return
    if (performance.now() > until)
      throw new Error(`the broker does not list ${missing.map(({ name }) => name).join(', ')}`)
  }
}

/** How topics differ from their specs, one sentence per difference. */
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
