import fc from 'fast-check'
import pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, describe, expect, inject, test } from 'vitest'
import type { Sql } from '#toolkit/database/client.ts'
import { raw, sql } from '#toolkit/database/sql-template.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'
import { type Order, readPage, readRows, toConnection } from './page.ts'

const id = '01a20d3f-3b63-74b4-a6c6-f956a17e3369'
const byId: Order = { direction: 'desc', by: [{ sql: sql`id`, type: 'uuid', field: 'id' }] }

describe('a cursor', () => {
  test('decodes to the values of its row', () => {
    const values = fc.array(fc.string({ unit: 'grapheme', maxLength: 20 }), { maxLength: 3 })
    fc.assert(
      fc.property(
        values,
        (some) => void expect(decodeCursor('posts', encodeCursor('posts', some), 'after')).toEqual(some),
      ),
    )
  })

  test('of another list is refused', () => {
    expect(() => decodeCursor('users', encodeCursor('posts', [id]), 'after')).toThrow('not a cursor of this list')
  })

  test('is refused when any character is changed, added or removed', () => {
    const cursor = encodeCursor('posts', [id])
    for (let at = 0; at < cursor.length; at++) {
      const other = cursor[at] === 'A' ? 'B' : 'A'
      expect(() => decodeCursor('posts', cursor.slice(0, at) + other + cursor.slice(at + 1), 'after')).toThrow()
      expect(() => decodeCursor('posts', cursor.slice(0, at) + cursor.slice(at + 1), 'after')).toThrow()
    }
    expect(() => decodeCursor('posts', `${cursor}A`, 'after')).toThrow()
    expect(() => decodeCursor('posts', `${cursor}=`, 'after')).toThrow()
  })

  test('is refused when it is garbage of any length', () => {
    fc.assert(
      fc.property(fc.string(), (rubbish) => void expect(() => decodeCursor('posts', rubbish, 'after')).toThrow()),
    )
    expect(() => decodeCursor('posts', 'A'.repeat(1_000_000), 'after')).toThrow()
  })
})

describe('a forged cursor with a correct checksum', () => {
  const byTime: Order = {
    direction: 'desc',
    by: [
      { sql: sql`at`, type: 'timestamptz', field: 'at' },
      { sql: sql`rank`, type: 'float8', field: 'rank' },
      { sql: sql`path`, type: 'uuid[]', field: 'path' },
      { sql: sql`id`, type: 'uuid', field: 'id' },
    ],
  }
  const path = `{${id.replaceAll('-', '')},${id.replaceAll('-', '')}}`
  const good = ['2026-01-02T03:04:05.678Z', '0.1', path, id]
  const read = (values: readonly string[]) => readPage('posts', byTime, { after: encodeCursor('posts', values) })

  test('is accepted when its values have the right types', () => expect(read(good)).toMatchObject({ after: good }))

  test.each([
    [[]],
    [good.with(0, 'x')],
    [good.with(0, '2026-01-02')],
    [good.with(1, 'NaN')],
    [good.with(1, ' ')],
    [good.with(2, '{}')],
    [good.with(2, '{1}')],
    [good.with(2, `{${id}}`)],
    [good.with(2, path.slice(1, -1))],
    [good.with(3, 'x')],
    [[...good, id]],
  ])('is refused when they do not: %j', (values) => expect(() => read(values)).toThrow('not a cursor of this list'))
})

describe('the arguments of a page', () => {
  test('have a size of 20 by default', () =>
    expect(readPage('posts', byId, {})).toMatchObject({ size: 20, backward: false }))

  test.each([[{ first: -1 }], [{ first: 101 }], [{ last: 101 }], [{ first: 1, last: 1 }]])('are refused: %j', (args) =>
    expect(() => readPage('posts', byId, args)).toThrow(),
  )

  test('may be null, which means not set', () =>
    expect(readPage('posts', byId, { first: null, last: 5, after: null })).toMatchObject({ size: 5, backward: true }))
})

const client = new pg.Client({ connectionString: inject('postgresUrl') })
const connected = client.connect()
afterAll(() => client.end())

/** The part of a Prisma client that readRows uses. */
const database: Sql = {
  $queryRawUnsafe: async <Rows>(text: string, ...values: unknown[]) => {
    await connected
    return (await client.query(text, values)).rows as Rows
  },
  $executeRawUnsafe: () => Promise.reject(new Error('not used')),
}

test('pages of any size in either direction visit every row once, even with equal sort values', async () => {
  const rows = Array.from({ length: 23 }, (_, n) => ({ id: uuidv7(), at: new Date(1_700_000_000_000 + (n % 5)) }))
  const values = rows.map(({ id, at }) => `('${id}'::uuid, '${at.toISOString()}'::timestamptz)`).join(', ')
  const source = { columns: sql`*`, from: sql`(VALUES ${raw(values)}) AS t(id, at)`, where: sql`TRUE` }
  const ascending = rows
    .toSorted((a, b) => a.at.getTime() - b.at.getTime() || (a.id < b.id ? -1 : 1))
    .map(({ id }) => id)
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 25 }),
      fc.constantFrom('asc', 'desc'),
      fc.boolean(),
      async (size, direction, backward) => {
        const order: Order = {
          direction,
          by: [
            { sql: sql`t.at`, type: 'timestamptz', field: 'at' },
            { sql: sql`t.id`, type: 'uuid', field: 'id' },
          ],
        }
        const seen: string[] = []
        for (let cursor: string | null = null; ; ) {
          const args = backward ? { last: size, before: cursor } : { first: size, after: cursor }
          const page = readPage('posts', order, args)
          const found = await readRows<(typeof rows)[number]>(database, source, page)
          const { nodes, pageInfo } = toConnection(page, found, async () => rows.length)
          if (backward) seen.unshift(...nodes.map(({ id }) => id))
          else seen.push(...nodes.map(({ id }) => id))
          if (!(backward ? pageInfo.hasPreviousPage : pageInfo.hasNextPage)) break
          cursor = backward ? pageInfo.startCursor : pageInfo.endCursor
        }
        expect(seen).toEqual(direction === 'asc' ? ascending : ascending.toReversed())
      },
    ),
    { numRuns: 50 },
  )
})
