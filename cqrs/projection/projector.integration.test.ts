import { pino } from 'pino'
import { Registry } from 'prom-client'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { ConsumerOptions } from '../broker/broker.ts'
import { createMemoryLog } from '../broker/memory.fixture.ts'
import { boxTopic, createBoxes, id, itemTopic, sent } from './boxes.fixture.ts'
import { listDeadLetters } from './dead-letters.ts'
import type { LookUp } from './look-up.ts'
import { forgetOffsets } from './offsets.ts'
import { createProjector, type ProjectorOptions } from './projector.ts'

type Projector = ReturnType<typeof createProjector>

let world: Awaited<ReturnType<typeof createBoxes>>
let log: ReturnType<typeof createMemoryLog>
let projectors: Projector[]

beforeEach(async () => {
  world = await createBoxes()
  log = createMemoryLog()
  projectors = []
})
afterEach(async () => {
  await Promise.all(projectors.map((projector) => projector.stop()))
  await world.pool.end()
})

async function startProjector(options: Partial<ProjectorOptions> = {}): Promise<Projector> {
  const projector = createProjector({
    ...world.model,
    name: 'read_1',
    group: 'boxes.read_1',
    broker: log.broker,
    pool: world.pool,
    topicSettings: { prefix: '' },
    log: pino({ level: 'silent' }),
    registry: new Registry(),
    ...options,
  })
  projectors.push(projector)
  await projector.start()
  return projector
}

const eventually = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 15_000, interval: 10 })
const readsAll = (projector: Projector) =>
  eventually(() => expect(projector.health()).toMatchObject({ ready: true, partitions: 4, lag: 0 }))
const isStopped = (projector: Projector, reason: RegExp) =>
  eventually(() =>
    expect(projector.health()).toMatchObject({
      ready: false,
      status: 'stopped',
      reason: expect.stringMatching(reason),
    }),
  )
const box = (version: number, n: number, label = `box ${n} v${version}`) =>
  sent(boxTopic, version, { id: id(n), label })
const item = (version: number, n: number, boxId: number) =>
  sent(itemTopic, version, { id: id(n), boxId: id(boxId), note: '', open: true })
const versions = async (table: string) =>
  Object.fromEntries((await world.rows(table)).map((row) => [Number(row.id.slice(-4)), row.version]))
const sum = (rows: readonly Record<string, unknown>[], column: string) =>
  rows.reduce((total, row) => total + Number(row[column]), 0)

describe('a projector', () => {
  test('projects existing records and new ones', async () => {
    log.append(item(1, 10, 1), box(1, 1))
    const projector = await startProjector()
    await readsAll(projector)
    log.append(item(1, 11, 1), box(2, 1), box(1, 2))
    await eventually(async () => expect(await versions('boxes')).toEqual({ 1: 2, 2: 1 }))
    await eventually(async () => expect(sum(await world.rows('boxes'), 'openItems')).toBe(2))
  })

  test('resumes from the offset stored in the database', async () => {
    log.append(...[...Array(50).keys()].map((n) => item(1, 100 + n, n % 3)))
    log.fetchAtMost(3)
    for (let n = 0; n < 5; n++) {
      const projector = await startProjector()
      await eventually(() => expect(projector.health()).toMatchObject({ status: 'running' }))
      await projector.stop()
    }
    await readsAll(await startProjector())
    expect(sum(await world.rows('boxes'), 'openItems')).toBe(50)
  })

  test('has no lag when the log ends with records that readers do not get', async () => {
    const projector = await startProjector()
    log.append(box(1, 2))
    log.appendMarkers('boxes.v1')
    await eventually(async () => expect(await versions('boxes')).toEqual({ 2: 1 }))
    await readsAll(projector)
    log.appendMarkers('boxes.v1')
    await eventually(async () =>
      expect(await world.rows('projection_offset')).toMatchObject([
        { topic: 'boxes.v1', partition: 0, nextOffset: '3' },
        { topic: 'boxes.v1', partition: 1, nextOffset: '2' },
        {},
        {},
      ]),
    )
    await readsAll(projector)
  })

  test('yields to another that took over its partitions, and counts nothing twice', async () => {
    log.fetchAtMost(2)
    const both = [await startProjector(), await startProjector()]
    for (let n = 0; n < 100; n++) {
      log.append(item(1, 100 + n, n % 3))
      if (n % 20 === 0) log.rebalance()
    }
    await Promise.all(both.map(readsAll))
    await eventually(async () => expect(Object.keys(await versions('items'))).toHaveLength(100))
    expect(sum(await world.rows('boxes'), 'openItems')).toBe(100)
  })

  test('notifies after each batch that wrote rows', async () => {
    const listener = await world.pool.connect()
    const heard: (string | undefined)[] = []
    listener.on('notification', ({ payload }) => void heard.push(payload))
    await listener.query(`LISTEN "${world.model.schema}_projected"`)
    await startProjector()
    log.append(box(1, 2))
    await eventually(() => expect(heard).toEqual(['boxes.v1/0']))
    listener.release(true)
  })

  test('reports its lag, its rows and its dead letters to Prometheus', async () => {
    const registry = new Registry()
    const projector = await startProjector({ registry })
    log.append(box(1, 2), box(1, 4, 'forbidden'))
    await eventually(async () => expect(await versions('boxes')).toEqual({ 2: 1 }))
    await eventually(() => expect(projector.health()).toMatchObject({ ready: true, lag: 0, parked: 1 }))
    const metrics = await registry.metrics()
    expect(metrics).toContain('projector_dead_letters_open{projector="read_1"} 1')
    expect(metrics).toContain('projector_lag_records{projector="read_1",topic="boxes.v1",partition="0"} 0')
    expect(metrics).toContain('projector_rows_total{projector="read_1",topic="boxes.v1",partition="0"} 1')
    expect(metrics).toContain('projector_dead_letters_total{projector="read_1",topic="boxes.v1",partition="0"} 1')
    expect(metrics).toContain('projector_delay_seconds_count{projector="read_1",topic="boxes.v1"} 1')
  })

  test('shares a registry with another projector in the process', async () => {
    const registry = new Registry()
    await startProjector({ registry })
    await readsAll(await startProjector({ registry, name: 'references', group: 'boxes.references' }))
    expect(await registry.metrics()).toMatch(/projector_stopped\{projector="references"\} 0/)
  })

  test('can be stopped in any state, and twice', async () => {
    const projector = await startProjector()
    await projector.stop()
    await projector.stop()
    expect(projector.health()).toMatchObject({ ready: false, status: 'ended' })
  })
})

describe('a transient fault', () => {
  test('is retried until it passes, and reported meanwhile', async () => {
    const { schema } = world.model
    await world.pool.query(`ALTER TABLE ${schema}.boxes RENAME TO elsewhere`)
    const projector = await startProjector()
    log.append(box(1, 2))
    await eventually(() =>
      expect(projector.health()).toMatchObject({
        ready: false,
        status: 'running',
        reason: expect.stringMatching(/boxes\.v1\/0: .*does not exist \(42P01\).*npm run migrate/),
      }),
    )
    await world.pool.query(`ALTER TABLE ${schema}.elsewhere RENAME TO boxes`)
    await eventually(async () => expect(await versions('boxes')).toEqual({ 2: 1 }))
    await readsAll(projector)
    expect(await listDeadLetters(world.pool, schema)).toEqual([])
  })

  test('of one row holds up only its partition, which is named, and recovers by itself', async () => {
    const { schema } = world.model
    const projector = await startProjector()
    log.append(box(1, 2), box(1, 4))
    await eventually(async () => expect(await versions('boxes')).toEqual({ 2: 1, 4: 1 }))
    const holder = await world.pool.connect()
    await holder.query('BEGIN')
    await holder.query(`SELECT FROM ${schema}.boxes WHERE id = $1 FOR UPDATE`, [id(2)])
    log.append(box(2, 2))
    const took: number[] = []
    for (let version = 1; version < 6; version++) {
      log.append(box(version, 1))
      const began = performance.now()
      await eventually(async () => expect(await versions('boxes')).toMatchObject({ 1: version, 2: 1 }))
      took.push(performance.now() - began)
    }
    expect(took.toSorted((a, b) => a - b)[2]).toBeLessThan(1_000)
    await eventually(() =>
      expect(projector.health()).toMatchObject({
        ready: false,
        reason: expect.stringMatching(/^boxes\.v1\/0: at offset 2: no answer for \d+ s\.$/),
      }),
    )
    await holder.query('ROLLBACK')
    holder.release()
    await readsAll(projector)
    expect(await versions('boxes')).toMatchObject({ 1: 5, 2: 2 })
  })

  test('of an unreadable log is reported with a remedy that works', async () => {
    log.append(box(1, 2))
    log.appendBroken('boxes.v1')
    log.append(box(2, 2))
    const projector = await startProjector()
    await eventually(() =>
      expect(projector.health()).toMatchObject({
        ready: false,
        reason: expect.stringMatching(/boxes\.v1\/0: at offset 1: .*checksum.*ops -- republish tests/),
      }),
    )
    expect(await versions('boxes')).toEqual({ 2: 1 })
    const remedies = String(projector.health().reason).matchAll(/UPDATE .*? AND partition = \d/g)
    for (const [remedy] of remedies) await world.pool.query(remedy)
    await readsAll(projector)
    expect(await versions('boxes')).toEqual({ 2: 2 })
  })

  test('of a log that does not answer is reported until it answers', async () => {
    const projector = await startProjector()
    await readsAll(projector)
    const away = Date.now()
    log.takeDown()
    await eventually(() =>
      expect(projector.health()).toMatchObject({ ready: false, reason: expect.stringMatching(/Kafka: no fetch/) }),
    )
    expect(Date.now() - away).toBeLessThan(5_000)
    log.takeDown(false)
    await readsAll(projector)
  })

  test('of a consumer that joins but fails at its first fetch does not end with the next join', async () => {
    const projector = await startProjector({ broker: { ...log.broker, consume: joinsOnly } })
    await eventually(() =>
      expect(projector.health()).toMatchObject({ ready: false, reason: expect.stringContaining('consumer: no codec') }),
    )

    function joinsOnly(options: ConsumerOptions) {
      const join = () => options.onAssigned([{ topic: 'boxes.v1', partition: 0 }])
      const joining = setInterval(() => void join().then(() => options.onInterrupted(new Error('no codec'))), 50)
      return { stop: async () => clearInterval(joining) }
    }
  })

  test('of a partition that receives nothing is reported with its offset', async () => {
    const watermarks = async (topic: string) =>
      (await log.broker.watermarks(topic)).map(({ first, next }) => ({ first, next: next + 3n }))
    log.append(box(1, 2))
    const projector = await startProjector({ broker: { ...log.broker, watermarks } })
    await eventually(() =>
      expect(projector.health()).toMatchObject({
        ready: false,
        reason: expect.stringMatching(/boxes\.v1\/0: nothing comes from offset 1 on, and its log ends at 4/),
      }),
    )
  })

  test('of a connection that breaks during a batch loses and repeats nothing', async () => {
    log.fetchAtMost(1)
    const projector = await startProjector()
    for (let n = 0; n < 60; n++) {
      log.append(item(1, 100 + n, n % 3))
      if (n % 10 === 0)
        await world.pool.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE pid <> pg_backend_pid() AND query LIKE '%' || $1 || '%'`,
          [world.model.schema],
        )
    }
    await eventually(async () => expect(Object.keys(await versions('items'))).toHaveLength(60))
    await readsAll(projector)
    expect(sum(await world.rows('boxes'), 'openItems')).toBe(60)
  })
})

describe('a projector stops with a reason and a remedy that works', () => {
  const remedy = /npm run ops -- forget-offsets boxes/

  async function remedied(): Promise<void> {
    expect(await forgetOffsets(world.pool, world.model.schema)).toBe(4)
    log.append(box(5, 2), item(1, 10, 2), item(1, 11, 2))
    await readsAll(await startProjector())
    expect(await world.rows('boxes')).toMatchObject([{ id: id(2), version: 5, openItems: 2 }])
  }

  beforeEach(async () => {
    await startProjector()
    log.append(box(1, 2), box(2, 2), box(3, 2), item(1, 10, 2))
    await eventually(async () => expect(await versions('boxes')).toEqual({ 2: 3 }))
    await eventually(async () => expect(await versions('items')).toEqual({ 10: 1 }))
  })

  test('when its topic was recreated while it was down', async () => {
    await projectors[0]?.stop()
    log.recreate('boxes.v1')
    const projector = await startProjector()
    await isStopped(projector, /boxes\.v1\/0 ends at offset 0 and was read up to 3/)
    await isStopped(projector, remedy)
    await remedied()
  })

  test('when its topic is recreated while it runs and stays empty', async () => {
    log.recreate('boxes.v1')
    await isStopped(projectors[0] as Projector, /boxes\.v1\/0 ends at offset 0/)
    await remedied()
  })

  test('when its topic is recreated while it runs and is written to', async () => {
    log.recreate('boxes.v1')
    log.append(box(4, 2))
    await isStopped(projectors[0] as Projector, /boxes\.v1\/0 ends at offset 1 and was read up to 3/)
    expect(await versions('boxes')).toEqual({ 2: 3 })
    await remedied()
  })

  test('when records that it has not read are deleted', async () => {
    log.append(box(4, 2), box(5, 2), box(6, 2))
    log.deleteBefore('boxes.v1', 5)
    await isStopped(projectors[0] as Projector, /boxes\.v1\/0 begins at offset 5 and was read up to 3/)
    expect(await versions('boxes')).toEqual({ 2: 3 })
  })

  test('when the cluster is a different one', async () => {
    log.moveToCluster('cluster-2')
    log.append(...Array<ReturnType<typeof box>>(9).fill(box(4, 2)), item(1, 10, 2))
    log.rebalance()
    await isStopped(projectors[0] as Projector, /was read from Kafka cluster cluster-1, and this is cluster cluster-2/)
    await remedied()
  })

  test('when most records cannot be projected', async () => {
    log.append(...[...Array(101).keys()].map((n) => box(1, 1_000 + 2 * n, 'forbidden')))
    await isStopped(projectors[0] as Projector, /More than 100 records within a minute .* dead-letters list/)
    await world.pool.query(`ALTER TABLE ${world.model.schema}.boxes DROP CONSTRAINT boxes_label_check`)
    log.append(box(4, 2))
    await readsAll(await startProjector())
    expect(await versions('boxes')).toMatchObject({ 2: 4 })
  })
})

describe('a key that went backwards in the log', () => {
  const republished = vi.fn<(keys: readonly string[]) => Promise<void>>(async () => undefined)
  beforeEach(() => republished.mockReset())

  test('is republished by the owner’s own projector, and its row stays', async () => {
    const projector = await startProjector({ owned: [{ topic: boxTopic, republish: republished }] })
    log.append(box(1, 2), box(3, 2), box(1, 4))
    await eventually(async () => expect(await versions('boxes')).toEqual({ 2: 3, 4: 1 }))
    log.append(box(1, 2))
    await eventually(() => expect(republished.mock.calls).toEqual([[[id(2)]]]))
    await readsAll(projector)
    expect(await versions('boxes')).toEqual({ 2: 3, 4: 1 })
  })

  test('is republished although the write database is down for a while', async () => {
    republished.mockRejectedValueOnce(new Error('away'))
    await startProjector({ owned: [{ topic: boxTopic, republish: republished }] })
    log.append(box(3, 2), box(1, 2))
    await eventually(() => expect(republished).toHaveBeenCalledTimes(2))
  })

  test('is not suspected during a replay', async () => {
    log.append(...[...Array(30).keys()].map((n) => box(n + 1, 2)), box(1, 4), box(9, 4), box(8, 4))
    log.fetchAtMost(2)
    await (await startAndRead()).stop()
    republished.mockReset()
    await forgetOffsets(world.pool, world.model.schema)
    await startAndRead()
    expect(republished.mock.calls).toEqual([[[id(4)]]])

    async function startAndRead() {
      const projector = await startProjector({ owned: [{ topic: boxTopic, republish: republished }] })
      await readsAll(projector)
      return projector
    }
  })

  test('is not requested again when it comes back unchanged', async () => {
    const projector = await startProjector({ owned: [{ topic: boxTopic, republish: republished }] })
    republished.mockImplementation(async () => void log.append(box(2, 2)))
    log.append(box(3, 2), box(2, 2))
    await eventually(() => expect(republished).toHaveBeenCalledTimes(1))
    log.append(box(1, 4))
    await readsAll(projector)
    expect(republished).toHaveBeenCalledTimes(1)
  })
})

describe('a look-up', () => {
  const lookUp = (load: LookUp['load']): LookUp => ({
    topic: itemTopic,
    reference: (row) => String(row.boxId),
    table: 'boxes',
    load,
  })
  const labels = async () =>
    Object.fromEntries(
      (await world.rows('boxes')).map((row) => [Number(row.id.slice(-4)), `${row.label} ${row.openItems}`]),
    )
  const row = (n: number, version: number) => ({
    version,
    row: { id: id(n), label: `looked up v${version}`, changedAt: new Date(0) },
  })

  test('fetches rows that no event has brought yet, with one call per batch', async () => {
    const load = vi.fn<LookUp['load']>(async () => [row(2, 2)])
    log.append(box(1, 4), item(1, 10, 9))
    await readsAll(await startProjector())
    await projectors[0]?.stop()
    log.append(item(1, 20, 2), item(1, 22, 4), item(1, 24, 2), item(1, 26, 9))
    await readsAll(await startProjector({ lookUp: lookUp(load) }))
    expect(load.mock.calls.map(([ids]) => ids)).toEqual([[id(2), id(9)]])
    expect(await labels()).toEqual({ 2: 'looked up v2 2', 4: 'box 4 v1 1', 9: ' 2' })
  })

  test('goes through the same guard as an event', async () => {
    const projector = await startProjector({
      lookUp: lookUp(async () => {
        log.append(box(3, 2))
        await eventually(async () => expect(await versions('boxes')).toEqual({ 2: 3 }))
        return [row(2, 2)]
      }),
    })
    log.append(item(1, 20, 2))
    await eventually(async () => expect(await labels()).toEqual({ 2: 'box 2 v3 1' }))
    await readsAll(projector)
  })

  test.each([
    ['fails', () => Promise.reject(new Error('away'))],
    [
      'returns rows that the table refuses',
      async () => [{ ...row(2, 1), row: { id: id(2), label: 'forbidden', changedAt: null } }],
    ],
  ])('that %s does not affect the batch', async (_what, load) => {
    log.append(item(1, 20, 2))
    const projector = await startProjector({ lookUp: lookUp(load) })
    await readsAll(projector)
    await eventually(async () => expect(await labels()).toEqual({ 2: ' 1' }))
    expect(await listDeadLetters(world.pool, world.model.schema)).toEqual([])
  })
})
