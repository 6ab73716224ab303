import { afterEach, beforeEach, expect, test } from 'vitest'
import { boxTopic, createBoxes, id, itemTopic, sent } from './boxes.fixture.ts'
import { createKafkaLog, eventually } from './kafka.fixture.ts'
import { forgetOffsets } from './offsets.ts'

/** The projector on real Kafka: peculiarities of the client library must not affect the tables. */
let log: Awaited<ReturnType<typeof createKafkaLog>>
let world: Awaited<ReturnType<typeof createBoxes>>

beforeEach(async () => {
  world = await createBoxes()
})
afterEach(() => Promise.all([log.broker.close(), world.pool.end()]))

const box = (version: number, n: number) => sent(boxTopic, version, { id: id(n), label: `v${version}` })
const item = (n: number, boxId: number) => sent(itemTopic, 1, { id: id(n), boxId: id(boxId), note: '', open: true })
const twenty = (make: (n: number) => ReturnType<typeof sent>) => [...Array(20).keys()].map(make)
const versions = async () => (await world.rows('boxes')).map(({ version }) => version)

test('projects existing and new records, and resumes where it stopped', async () => {
  log = await createKafkaLog()
  await log.append(item(10, 1), box(1, 1))
  await log.withProjector(world, async (projector) => {
    await eventually(async () => expect(await versions()).toEqual([1]))
    await log.append(box(2, 1), item(11, 1), item(12, 1))
    await eventually(async () => expect(await world.rows('boxes')).toMatchObject([{ version: 2, openItems: 3 }]))
    await eventually(() => expect(projector.health()).toMatchObject({ ready: true, partitions: 4, lag: 0 }))
  })
  await log.append(box(3, 1), item(13, 1))
  await log.withProjector(world, () =>
    eventually(async () => expect(await world.rows('boxes')).toMatchObject([{ version: 3, openItems: 4 }])),
  )
})

test('two of one group share the partitions, and records that both read are counted once', async () => {
  log = await createKafkaLog()
  await log.withProjector(world, async (one) => {
    await log.append(...twenty((n) => item(100 + n, 1)))
    await log.withProjector(world, async (other) => {
      await log.append(...twenty((n) => item(200 + n, 1)))
      await eventually(() => {
        expect([one.health(), other.health()]).toMatchObject([{ ready: true }, { ready: true }])
        expect(Number(one.health().partitions) + Number(other.health().partitions)).toBe(4)
      })
      await log.append(...twenty((n) => item(300 + n, 1)))
      await eventually(async () => expect(await world.rows('boxes')).toMatchObject([{ openItems: 60 }]))
    })
    await log.append(item(400, 1))
    await eventually(async () => expect(await world.rows('boxes')).toMatchObject([{ openItems: 61 }]))
  })
})

test('has no lag after transactions of another producer, and projects no aborted records', async () => {
  log = await createKafkaLog()
  const readsToTheEnd = () =>
    eventually(async () => {
      const rows = await world.rows('projection_offset')
      expect(rows.map(({ nextOffset }) => BigInt(String(nextOffset)))).toEqual(await log.ends())
    })
  await log.appendInTransaction('commit', box(1, 1), item(10, 1))
  await log.withProjector(world, async (projector) => {
    await readsToTheEnd()
    await log.appendInTransaction('abort', box(2, 1), item(11, 1))
    await readsToTheEnd()
    await log.append(box(3, 1))
    await log.appendInTransaction('abort', box(4, 1))
    await readsToTheEnd()
    await eventually(() => expect(projector.health()).toMatchObject({ ready: true, lag: 0 }))
  })
  expect(await world.rows('boxes')).toMatchObject([{ version: 3, openItems: 1 }])
})

test('stops when its topic was recreated, and the remedy works', async () => {
  log = await createKafkaLog()
  await log.append(box(1, 1), box(2, 1), box(3, 1))
  await log.withProjector(world, () => eventually(async () => expect(await versions()).toEqual([3])))

  await log.recreate(log.boxTopic)
  await log.append(box(4, 1))
  await log.withProjector(world, (projector) =>
    eventually(() =>
      expect(projector.health()).toMatchObject({
        status: 'stopped',
        reason: expect.stringMatching(/ends at offset 1 and was read up to 3.*npm run ops -- forget-offsets boxes/),
      }),
    ),
  )

  await forgetOffsets(world.pool, world.model.schema, log.boxTopic)
  await log.withProjector(world, (projector) =>
    eventually(async () => {
      expect(projector.health()).toMatchObject({ ready: true, lag: 0 })
      expect(await versions()).toEqual([4])
    }),
  )
})

test('after compaction, a new projector and one that was behind reach the same tables', {
  timeout: 120_000,
}, async () => {
  log = await createKafkaLog({
    'segment.ms': '100',
    'min.cleanable.dirty.ratio': '0.001',
    'min.compaction.lag.ms': '0',
    'max.compaction.lag.ms': '100',
  })
  const append = (version: number) =>
    log.append(
      ...twenty((n) => box(version, 100 + n)),
      ...twenty((n) =>
        sent(itemTopic, version, {
          id: id(n),
          boxId: id(100 + ((n + version) % 20)),
          note: '',
          open: n % 3 !== version % 3,
        }),
      ),
    )
  for (let version = 1; version <= 5; version++) await append(version)
  await log.withProjector(world, () => eventually(async () => expect(await versions()).toEqual(Array(20).fill(5))))

  let version = 5
  const compacted = async () => {
    // Each append rolls a segment, since only closed segments are compacted.
    await append(++version)
    expect(await log.countRecords(log.boxTopic)).toBeLessThan((version * 20) / 2)
  }
  await expect
    .poll(
      () =>
        compacted().then(
          () => true,
          () => false,
        ),
      { timeout: 60_000, interval: 500 },
    )
    .toBe(true)

  const anew = await createBoxes()
  for (const tables of [world, anew])
    await log.withProjector(tables, (projector) =>
      eventually(() => expect(projector.health()).toMatchObject({ ready: true, partitions: 4, lag: 0 })),
    )
  expect(await world.rows('boxes')).toEqual(await anew.rows('boxes'))
  expect(await world.rows('items')).toEqual(await anew.rows('items'))
  expect(await versions()).toEqual(Array(20).fill(version))
  await anew.pool.end()
})
