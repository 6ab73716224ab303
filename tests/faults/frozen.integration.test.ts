import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { topics } from '#contracts/topics.ts'
import { createKafkaBroker } from '#cqrs/broker/kafka.ts'
import { createProjector } from '#cqrs/projection/projector.ts'
import { ensureDatabase, migrate } from '#infra/migrations/migrate.ts'
import { freePort } from '#infra/ports.ts'
import { ensureTopics } from '#infra/topics.ts'
import { readModel } from '../../subgraphs/users/wiring.ts'
import { type OwnKafka, type OwnPostgres, startOwnKafka, startOwnPostgres } from '../support/own-servers.ts'
import { jarsDir } from '../support/servers.ts'

/** An idle projector whose Kafka or PostgreSQL freezes is not ready within five seconds, and recovers by itself. */
const dir = mkdtempSync(join(tmpdir(), 'inkstream-frozen-'))
chmodSync(dir, 0o755) // as root, PostgreSQL runs as another user
let postgres: OwnPostgres
let kafka: OwnKafka
let stop: () => Promise<unknown>
let projector: ReturnType<typeof createProjector>

beforeAll(async () => {
  kafka = await startOwnKafka({
    dir: join(dir, 'kafka'),
    jarsDir,
    port: await freePort(),
    controllerPort: await freePort(),
  })
  postgres = await startOwnPostgres({ dir: join(dir, 'postgres'), port: await freePort() })
  const url = await ensureDatabase(postgres.url, 'users')
  await migrate({ service: 'users', side: 'read' }, url, 'read_1')
  const log = pino({ level: 'silent' })
  const broker = createKafkaBroker({ brokers: [kafka.brokers], clientId: 'frozen', log })
  await ensureTopics(broker, { prefix: '', replication: 1, minInsyncReplicas: 1 })
  const pool = new pg.Pool({ connectionString: url, connectionTimeoutMillis: 5_000 })
  pool.on('error', () => undefined)
  projector = createProjector({
    ...readModel,
    schema: 'read_1',
    name: 'read_1',
    group: 'users.read_1',
    broker,
    pool,
    topicSettings: { prefix: '' },
    log,
    registry: new Registry(),
  })
  stop = () => projector.stop().then(() => Promise.all([broker.close(), pool.end()]))
  await projector.start()
  await isReady()
}, 180_000)
afterAll(async () => {
  await stop?.()
  await postgres?.stop()
  await kafka?.stop()
  rmSync(dir, { recursive: true, force: true })
})

const isReady = () =>
  vi.waitFor(
    async () => expect(projector.health()).toMatchObject({ ready: true, partitions: topics.users.partitions * 2 }),
    { timeout: 60_000, interval: 20 },
  )

/** The postmaster and all its children: if only the postmaster is stopped, the backends go on. */
function postgresPids(): number[] {
  const [postmaster = ''] = readFileSync(join(dir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')
  const children = execFileSync('ps', ['-o', 'pid=', '--ppid', postmaster], { encoding: 'utf8' })
  return [postmaster, ...children.trim().split('\n')].map(Number)
}

test.each([
  ['Kafka', () => [kafka.pid]],
  ['PostgreSQL', postgresPids],
])(
  '%s frozen',
  async (what, pidsOf) => {
    const pids = pidsOf()
    for (const pid of pids) process.kill(pid, 'SIGSTOP')
    const began = performance.now()
    try {
      await vi.waitFor(
        async () =>
          expect(projector.health()).toMatchObject({ ready: false, reason: expect.stringContaining(`${what}: `) }),
        { timeout: 15_000, interval: 20 },
      )
      expect(performance.now() - began).toBeLessThan(5_000)
    } finally {
      for (const pid of pids) process.kill(pid, 'SIGCONT')
    }
    await isReady()
  },
  120_000,
)
