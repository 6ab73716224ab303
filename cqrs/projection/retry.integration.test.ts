import { afterEach, beforeEach, expect, test } from 'vitest'
import type { IncomingRecord } from '../broker/broker.ts'
import { applyBatch } from './apply.ts'
import { boxTopic, createBoxes, id, itemTopic, received } from './boxes.fixture.ts'
import { discardDeadLetter, findDeadLetter, listDeadLetters } from './dead-letters.ts'
import { fedBy, type Model } from './model.ts'
import { beginOffset } from './offsets.ts'
import { retryDeadLetter } from './retry.ts'

let world: Awaited<ReturnType<typeof createBoxes>>
/** The model of a release whose projection of items is faulty. */
let faulty: Model

beforeEach(async () => {
  world = await createBoxes()
  faulty = {
    ...world.model,
    projections: world.model.projections.map((projection) => ({
      ...projection,
      row(state) {
        const row = projection.row(state)
        if (row.note === 'odd') throw new TypeError('cannot read properties of an odd note')
        return row
      },
    })),
  }
})
afterEach(() => world.pool.end())

const at = { topic: 'eu.items.v1', partition: 1 }

/** Applies one record with the faulty release. @returns the id of its entry, if it was parked */
async function applyFaulty(record: IncomingRecord): Promise<string> {
  const { pool, model } = world
  await beginOffset(pool, model.schema, at, { nextOffset: 0n, clusterId: 'here' })
  const records = [record]
  const offsets = { from: record.offset, to: record.offset + 1n }
  await applyBatch(pool, fedBy(faulty, at.topic, 'eu.'), { ...at, records }, offsets)
  return (await listDeadLetters(pool, model.schema))[0]?.id ?? ''
}

const item = (offset: number, version: number, note: string) =>
  received(itemTopic, offset, version, { id: id(7), boxId: id(1), note, open: true })
const retry = (model: Model, letter: string) => retryDeadLetter(world.pool, model, 'eu.', letter)
const letter = (letterId: string) => findDeadLetter(world.pool, world.model.schema, letterId)

test('an entry that can be applied now is closed, and counted once', async () => {
  const entry = await applyFaulty(item(0, 1, 'odd'))
  expect(await letter(entry)).toMatchObject({ ...at, key: id(7), headers: { ce_sequence: '1' }, closedAt: null })
  expect(await retry(world.model, entry)).toEqual({ status: 'retried' })
  expect(await retry(world.model, entry)).toEqual({ status: 'not open' })
  expect(await world.rows('items')).toMatchObject([{ id: id(7), version: 1, note: 'odd' }])
  expect(await world.rows('boxes')).toMatchObject([{ openItems: 1 }])
  expect(await letter(entry)).toMatchObject({ closedBy: 'retried', closedAt: expect.any(Date) })
})

test('an entry that is refused again stays open with the error', async () => {
  const entry = await applyFaulty(item(0, 1, 'odd'))
  expect(await retry(faulty, entry)).toEqual({ status: 'refused', error: 'cannot read properties of an odd note' })
  await world.pool.query(`ALTER TABLE ${world.model.schema}.items ADD CONSTRAINT even CHECK (note <> 'odd')`)
  expect(await retry(world.model, entry)).toEqual({
    status: 'refused',
    error: expect.stringContaining('violates check constraint "even"'),
  })
  expect(await letter(entry)).toMatchObject({ closedAt: null })
})

test('an entry that the tables already supersede is closed and changes nothing', async () => {
  await applyFaulty(item(0, 3, 'fine'))
  const entry = await applyFaulty(item(1, 2, 'odd'))
  expect(await retry(world.model, entry)).toEqual({ status: 'superseded' })
  expect(await world.rows('items')).toMatchObject([{ version: 3, note: 'fine' }])
  expect(await letter(entry)).toMatchObject({ closedBy: 'superseded' })
})

test('an entry of a topic without projections is refused', async () => {
  const entry = await applyFaulty(item(0, 1, 'odd'))
  const { projections, ...rest } = world.model
  const others = { ...rest, projections: projections.filter(({ topic }) => topic.name === boxTopic.name) }
  expect(await retry(others, entry)).toMatchObject({ status: 'refused', error: expect.stringContaining('eu.items.v1') })
})

test('an entry can be discarded, once', async () => {
  const entry = await applyFaulty(item(0, 1, 'odd'))
  const discard = () => discardDeadLetter(world.pool, world.model.schema, entry)
  expect([await discard(), await discard()]).toEqual([true, false])
  expect(await listDeadLetters(world.pool, world.model.schema)).toEqual([])
  expect(await retry(world.model, entry)).toEqual({ status: 'not open' })
})

test('a transient fault is thrown, and the entry stays open', async () => {
  const entry = await applyFaulty(item(0, 1, 'odd'))
  await world.pool.query(`ALTER TABLE ${world.model.schema}.items RENAME TO elsewhere`)
  await expect(retry(world.model, entry)).rejects.toMatchObject({ code: '42P01' })
  expect(await letter(entry)).toMatchObject({ closedAt: null })
})
