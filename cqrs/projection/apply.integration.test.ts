import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import type { IncomingRecord } from '../broker/broker.ts'
import { applyBatch } from './apply.ts'
import { boxTopic, createBoxes, id, itemTopic, received } from './boxes.fixture.ts'
import { closeDeadLetter, forgetClosedLetters, listDeadLetters } from './dead-letters.ts'
import { fedBy } from './model.ts'
import { beginOffset, readOffsets } from './offsets.ts'

let world: Awaited<ReturnType<typeof createBoxes>>
const worlds: (typeof world)[] = []

beforeEach(async () => {
  world = await createBoxes()
  worlds.push(world)
  for (const topic of ['boxes.v1', 'items.v1'])
    await beginOffset(world.pool, world.model.schema, { topic, partition: 0 }, { nextOffset: 0n, clusterId: 'here' })
})
afterAll(() => Promise.all(worlds.map(({ pool }) => pool.end())))

/** Applies records to partition 0 of a topic, from its stored offset by default. */
async function apply(topic: string, records: readonly IncomingRecord[], from?: bigint) {
  const { pool, model } = world
  const at = { topic, partition: 0 }
  const stored = (await readOffsets(pool, model.schema, [at])).get(`${topic}/0`)
  const to = (records.at(-1)?.offset ?? -1n) + 1n
  return applyBatch(pool, fedBy(model, topic, ''), { ...at, records }, { from: from ?? stored?.nextOffset ?? 0n, to })
}

const box = (offset: number, version: number, n: number, label = `box ${n} v${version}`) =>
  received(boxTopic, offset, version, { id: id(n), label })
const item = (offset: number, version: number, n: number, boxId: number, open = true, note = '') =>
  received(itemTopic, offset, version, { id: id(n), boxId: id(boxId), note, open })

const openItems = async () =>
  Object.fromEntries((await world.rows('boxes')).map((row) => [Number(row.id.slice(-4)), row.openItems]))
const sum = (numbers: readonly number[]) => numbers.reduce((total, n) => total + n, 0)
const letters = () => listDeadLetters(world.pool, world.model.schema, { closedToo: true })

describe('rows', () => {
  test('come from the last state of each key', async () => {
    await apply('boxes.v1', [box(0, 1, 1), box(1, 1, 2), box(2, 2, 1)])
    expect(await world.rows('boxes')).toMatchObject([
      { id: id(1), version: 2, label: 'box 1 v2', changedAt: new Date(8), openItems: 0 },
      { id: id(2), version: 1, label: 'box 2 v1' },
    ])
  })

  test('are kept when they are newer than the record', async () => {
    await apply('boxes.v1', [box(0, 3, 1)])
    const applied = await apply('boxes.v1', [box(1, 2, 1), box(2, 1, 2)])
    expect(applied).toMatchObject({ status: 'applied', backwards: [id(1)], forwards: [id(2)] })
    expect(await world.rows('boxes')).toMatchObject([{ version: 3 }, { version: 1 }])
  })

  test('of a key that went backwards within the batch are reported too', async () => {
    const applied = await apply('boxes.v1', [box(0, 1, 1), box(1, 2, 1), box(2, 1, 1)])
    expect(applied).toMatchObject({ backwards: [id(1)] })
    expect(await world.rows('boxes')).toMatchObject([{ version: 2 }])
  })

  test('of the same version are written again when they differ, and only then', async () => {
    const places = () => world.pool.query(`SELECT id, ctid::text FROM ${world.model.schema}.items ORDER BY id`)
    await apply('items.v1', [item(0, 1, 10, 1, true, 'a'), item(1, 1, 11, 1, false, 'b')])
    const before = (await places()).rows
    // As a migration leaves them: a column with its default, and a counter of before.
    await world.pool.query(`UPDATE ${world.model.schema}.items SET open = true WHERE id = $1`, [id(11)])
    const changed = (await places()).rows
    expect(changed[1]).not.toEqual(before[1])
    const applied = await apply('items.v1', [item(2, 1, 10, 1, true, 'a'), item(3, 1, 11, 1, false, 'b')])
    expect(applied).toMatchObject({ backwards: [], forwards: [id(10), id(11)], written: [{ key: id(11) }] })
    expect(await world.rows('items')).toMatchObject([{ open: true }, { version: 1, open: false, note: 'b' }])
    expect((await places()).rows[0]).toEqual(before[0])
    // The row counted, and does not any more: one less of what the table says.
    expect(await openItems()).toEqual({ 1: 0 })
  })

  test('of the same version come from the last record, in one batch or in two', async () => {
    await apply('boxes.v1', [box(0, 1, 1, 'first'), box(1, 1, 1, 'second')])
    await apply('boxes.v1', [box(2, 1, 2, 'first')])
    await apply('boxes.v1', [box(3, 1, 2, 'second')])
    expect(await world.rows('boxes')).toMatchObject([{ label: 'second' }, { label: 'second' }])
  })

  test('keep the columns that the projection does not write', async () => {
    await apply('items.v1', [item(0, 1, 10, 1)])
    await apply('boxes.v1', [box(0, 1, 1), box(1, 2, 1)])
    expect(await world.rows('boxes')).toMatchObject([{ version: 2, openItems: 1 }])
  })

  test('of partitions that are written concurrently do not conflict', async () => {
    const { pool, model } = world
    const partitions = [...Array(6).keys()]
    for (const partition of partitions)
      await beginOffset(pool, model.schema, { topic: 'items.v1', partition }, { nextOffset: 0n, clusterId: 'here' })
    await Promise.all(
      partitions.map((partition) =>
        applyBatch(
          pool,
          fedBy(model, 'items.v1', ''),
          {
            topic: 'items.v1',
            partition,
            records: [...Array(200).keys()].map((n) => item(n, 1, 1_000 + n * 6 + partition, 1 + ((n * 7) % 20))),
          },
          { from: 0n, to: 200n },
        ),
      ),
    )
    expect(Object.values(await openItems())).toEqual(Array(20).fill(60))
  })
})

test('batches of two topics do not deadlock when one creates rows whose counters the other changes', async () => {
  const { pool, model } = world
  const partitions = [...Array(8).keys()]
  for (const partition of partitions)
    await beginOffset(pool, model.schema, { topic: 'items.v1', partition }, { nextOffset: 0n, clusterId: 'here' })
  const itemsOf = (partition: number, from: number, boxIds: readonly number[]) =>
    applyBatch(
      pool,
      fedBy(model, 'items.v1', ''),
      {
        topic: 'items.v1',
        partition,
        records: boxIds.map((n, at) => item(from + at, 1, partition * 100_000 + from + at, n)),
      },
      { from: BigInt(from), to: BigInt(from + boxIds.length) },
    )
  // Every other box exists as a stub: a batch of boxes updates some and inserts the others.
  const all = [...Array(3_000).keys()]
  await itemsOf(
    0,
    0,
    all.filter((n) => n % 2 === 1),
  )
  await Promise.all([
    apply(
      'boxes.v1',
      all.map((n) => box(n, 1, n)),
    ),
    ...partitions.slice(1).map(async (partition) => {
      for (let round = 0; round < 10; round++)
        await itemsOf(partition, round * 20, all.slice(round * 20, round * 20 + 20))
    }),
  ])
  expect((await world.rows('boxes')).map(({ version }) => version)).toEqual(Array(3_000).fill(1))
  expect(sum((await world.rows('boxes')).map(({ openItems }) => Number(openItems)))).toBe(1_500 + 7 * 200)
})

describe('counters', () => {
  test('follow rows that start to count, stop counting, and move', async () => {
    await apply('items.v1', [item(0, 1, 10, 1), item(1, 1, 11, 1), item(2, 1, 12, 1, false)])
    expect(await openItems()).toEqual({ 1: 2 })
    await apply('items.v1', [item(3, 2, 10, 2), item(4, 2, 11, 1, false), item(5, 2, 12, 1)])
    expect(await openItems()).toEqual({ 1: 1, 2: 1 })
  })

  test('do not change for rows that were counted before', async () => {
    const batch = [item(0, 1, 10, 1), item(1, 1, 11, 1)]
    await apply('items.v1', batch)
    await apply('items.v1', [...batch, item(2, 1, 12, 2)])
    expect(await openItems()).toEqual({ 1: 2, 2: 1 })
  })

  test('count a row once in each of the rows that it names', async () => {
    const onShelves = (offset: number, version: number, shelves: readonly string[], open = true) =>
      received(itemTopic, offset, version, { id: id(9), boxId: id(1), note: '', open, shelves })
    const shelves = async () => (await world.rows('shelves')).map(({ id, version, items }) => [id, version, items])
    await apply('items.v1', [onShelves(0, 1, ['high', 'low', 'low'])])
    expect(await shelves()).toEqual([
      ['high', 0, 1],
      ['low', 0, 1],
    ])
    await apply('items.v1', [onShelves(1, 2, ['low', 'middle'])])
    expect(await shelves()).toEqual([
      ['high', 0, 0],
      ['low', 0, 1],
      ['middle', 0, 1],
    ])
    await apply('items.v1', [onShelves(2, 3, ['low', 'middle'], false)])
    expect((await shelves()).map(([, , items]) => items)).toEqual([0, 0, 0])
  })

  test('create a stub of version 0 for a row that does not exist yet', async () => {
    await apply('items.v1', [item(0, 1, 10, 1)])
    expect(await world.rows('boxes')).toMatchObject([{ id: id(1), version: 0, label: '', openItems: 1 }])
  })
})

describe('the fence', () => {
  test('lets no batch through when the stored offset is not the expected one', async () => {
    await apply('boxes.v1', [box(0, 1, 1)])
    expect(await apply('boxes.v1', [box(1, 2, 1)], 0n)).toEqual({ status: 'fenced' })
    expect(await world.rows('boxes')).toMatchObject([{ version: 1 }])
    expect(await world.rows('projection_offset')).toMatchObject([{ nextOffset: '1' }, { nextOffset: '0' }])
  })

  test('lets only one through when two apply the same batch concurrently', async () => {
    const both = await Promise.all([
      apply('items.v1', [item(0, 1, 10, 1)], 0n),
      apply('items.v1', [item(0, 1, 10, 1)], 0n),
    ])
    expect(both.map(({ status }) => status).sort()).toEqual(['applied', 'fenced'])
    expect(await openItems()).toEqual({ 1: 1 })
  })
})

describe('a record that cannot be projected', () => {
  const broken = (offset: number, changes: Partial<IncomingRecord>) => ({ ...box(offset, 1, 7), ...changes })

  test.each([
    ['has no key', broken(1, { key: null }), 'without a key'],
    ['has a key that is no UUID', broken(1, { key: Buffer.from('a\0b') }), 'not a UUID'],
    ['has a key that is no text', broken(1, { key: Buffer.from([0xff, 0x00]) }), 'not valid'],
    ['has another key than its state', broken(1, { key: Buffer.from(id(8)) }), `the record's key is "${id(8)}"`],
    ['has no value', broken(1, { value: null }), 'without a value'],
    ['has a value that cannot be decoded', broken(1, { value: Buffer.from([0, 1, 2]) }), 'JSON'],
    ['has no version', broken(1, { headers: {} }), 'ce_sequence'],
    ['has headers that are rubbish', broken(1, { headers: { 'a\0': '\ud800\0' } }), 'ce_sequence'],
    ['breaks a constraint', box(1, 1, 7, 'forbidden'), 'check constraint'],
    ['has a NUL in it', box(1, 1, 7, 'a\0b'), 'Unicode'],
    ['has a lone surrogate in it', box(1, 1, 7, 'a\ud800b'), 'json'],
  ])('is parked, and the others are applied, when it %s', async (_why, record, error) => {
    const applied = await apply('boxes.v1', [box(0, 1, 1), record, box(2, 1, 2), box(3, 1, 3)])
    expect(applied).toMatchObject({ status: 'applied', poison: [{ record }] })
    expect(await world.rows('boxes')).toMatchObject([{ id: id(1) }, { id: id(2) }, { id: id(3) }])
    expect(await letters()).toMatchObject([
      { topic: 'boxes.v1', partition: 0, offset: '1', error: expect.stringContaining(error), closedAt: null },
    ])
    expect(await world.rows('projection_offset')).toMatchObject([{ nextOffset: '4' }, {}])
  })

  test('is found when an index refuses it, and is not counted', async () => {
    const long = [...Array(20_000).keys()].map((n) => n.toString(36)).join('')
    await apply('items.v1', [item(0, 1, 10, 1), item(1, 1, 11, 1, true, long), item(2, 1, 12, 1)])
    expect(await openItems()).toEqual({ 1: 2 })
    expect(await letters()).toMatchObject([{ offset: '1', error: expect.stringContaining('index row') }])
  })

  test('is replaced by the next older state of its key in the batch', async () => {
    for (const [n, bad] of [
      [1, 'forbidden'],
      [2, undefined],
    ] as const) {
      const newest = bad ? box(n * 10 + 2, 3, n, bad) : { ...box(n * 10 + 2, 3, n), value: Buffer.from('{') }
      await apply('boxes.v1', [box(n * 10, 1, n), box(n * 10 + 1, 2, n), newest])
    }
    expect(await world.rows('boxes')).toMatchObject([{ version: 2 }, { version: 2 }])
    expect(await letters()).toMatchObject([{ offset: '12' }, { offset: '22' }])
  })

  test('is closed when a later state of its key is applied, not by an older one that comes late', async () => {
    await apply('boxes.v1', [box(0, 1, 1), box(1, 3, 1, 'forbidden'), box(2, 1, 2, 'forbidden')])
    await apply('boxes.v1', [box(3, 2, 1)])
    expect(await letters()).toMatchObject([{ closedBy: null }, { closedBy: null }])
    await apply('boxes.v1', [box(4, 4, 1)])
    expect(await letters()).toMatchObject([
      { key: id(2), closedBy: null },
      { key: id(1), closedBy: 'superseded', closedAt: expect.any(Date) },
    ])
  })

  describe('that is read again', () => {
    /** Parks a record, closes its entry as given, and reads the log from its start. */
    const readAgain = async (closedBy: 'retried' | 'discarded', again: IncomingRecord) => {
      const { pool, model } = world
      await apply('boxes.v1', [box(0, 1, 1, 'forbidden')])
      const [letter] = await letters()
      await closeDeadLetter(pool, model.schema, letter?.id ?? '', closedBy)
      await pool.query(`UPDATE ${model.schema}.projection_offset SET "nextOffset" = 0`)
      await apply('boxes.v1', [again])
    }

    test.each(['superseded', 'retried', 'discarded'] as const)('keeps no payload once it is %s', async (closedBy) => {
      const { pool, model } = world
      await apply('boxes.v1', [box(0, 1, 1, 'forbidden')])
      const [letter] = await letters()
      expect(await world.rows('dead_letter')).toMatchObject([{ value: expect.any(Buffer), digest: null }])
      if (closedBy === 'superseded') await apply('boxes.v1', [box(1, 2, 1)])
      else await closeDeadLetter(pool, model.schema, letter?.id ?? '', closedBy)
      const digest = closedBy === 'discarded' ? expect.any(Buffer) : null
      expect(await world.rows('dead_letter')).toMatchObject([{ closedBy, value: null, headers: {}, digest }])
    })

    test('is reopened', async () => {
      await readAgain('retried', box(0, 1, 1, 'forbidden'))
      expect(await letters()).toMatchObject([{ closedAt: null, closedBy: null }])
    })

    test('stays discarded', async () => {
      await readAgain('discarded', box(0, 1, 1, 'forbidden'))
      expect(await letters()).toMatchObject([{ closedBy: 'discarded' }])
    })

    test('is parked in place of a discarded record that had its offset before the topic was recreated', async () => {
      await readAgain('discarded', box(0, 1, 2, 'forbidden'))
      expect(await letters()).toMatchObject([{ key: id(2), closedAt: null, closedBy: null }])
    })
  })

  test('is not suspected when a table is missing', async () => {
    await world.pool.query(`DROP TABLE ${world.model.schema}.boxes`)
    await expect(apply('boxes.v1', [box(0, 1, 1)])).rejects.toMatchObject({ code: '42P01' })
    expect(await letters()).toEqual([])
    expect(await world.rows('projection_offset')).toMatchObject([{ nextOffset: '0' }, {}])
  })
})

test('a closed dead letter is deleted after a month, a discarded or an open one is not', async () => {
  const { pool, model } = world
  for (const closedBy of ['superseded', 'retried', 'discarded', null])
    for (const days of [29, 31])
      await pool.query(
        `INSERT INTO ${model.schema}.dead_letter (topic, partition, "offset", key, headers, error, "closedBy", "closedAt")
         VALUES ('boxes.v1', 0, (SELECT count(*) FROM ${model.schema}.dead_letter), 'k', '{}', 'e', $1::text,
           CASE WHEN $1::text IS NOT NULL THEN now() - make_interval(days => $2) END)`,
        [closedBy, days],
      )
  expect(await forgetClosedLetters(pool, model.schema)).toBe(2)
  expect((await letters()).map(({ closedBy }) => closedBy).sort()).toEqual(
    ['discarded', 'discarded', 'retried', 'superseded', null, null].sort(),
  )
})
