import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, expect, test, vi } from 'vitest'
import { createKafkaBroker } from '#cqrs/broker/kafka.ts'
import { jarsDir } from '../../tests/support/servers.ts'
import { freePort } from '../ports.ts'
import { ensureTopics } from '../topics.ts'
import { startKafka } from './kafka.ts'

const root = mkdtempSync(join(tmpdir(), 'inkstream-kafka-'))
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(root, { recursive: true, force: true })
})

test('Kafka starts in a Turkish locale without UTF-8, and writes only to its folder, whatever its name', async () => {
  vi.stubEnv('JAVA_TOOL_OPTIONS', '-Duser.language=tr -Duser.country=TR')
  vi.stubEnv('_JAVA_OPTIONS', '-XnoSuchOption')
  vi.stubEnv('LC_ALL', 'C')
  const dir = join(root, 'mürekkep, 1ş: "a" %20')
  const ports = { port: await freePort(), controllerPort: await freePort() }
  const kafka = await startKafka({ dir, jarsDir, ...ports, properties: strangeDefaults })
  const broker = createKafkaBroker({ brokers: [kafka.brokers], clientId: 'test', log: pino({ level: 'silent' }) })
  try {
    expect(readdirSync(root)).toEqual(['mürekkep, 1ş: "a" %20'])
    expect(readdirSync(join(dir, 'data'))).toContain('__cluster_metadata-0')
    expect(await ensureTopics(broker, { prefix: '', replication: 1, minInsyncReplicas: 1 })).toEqual([])
  } finally {
    await broker.close()
    await kafka.stop()
  }
}, 120_000)

/** Defaults of an unknown broker, which a new topic inherits unless it sets them itself. */
const strangeDefaults = {
  'log.cleanup.policy': 'delete',
  'log.retention.ms': '1000',
  'log.roll.ms': '1000',
  'log.cleaner.min.compaction.lag.ms': String(7 * 24 * 60 * 60 * 1_000),
  'log.message.timestamp.type': 'LogAppendTime',
  'message.max.bytes': '1000',
  'compression.type': 'gzip',
  'unclean.leader.election.enable': 'true',
  'min.insync.replicas': '2',
}
