import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createExpensiveReads, expensiveBounds } from '#cqrs/graphql/expensive-reads.ts'
import { PrismaClient } from '#prisma/posts/read/generated/client.ts'
import { prismaAdapter } from '#toolkit/database/prisma.ts'
import { createTestDatabase } from '../support/databases.ts'

let plain: PrismaClient
let expensive: PrismaClient
beforeAll(async () => {
  const { url, schema } = await createTestDatabase('posts', 'read')
  plain = new PrismaClient({ adapter: prismaAdapter(url, schema) })
  expensive = new PrismaClient({
    adapter: prismaAdapter(url, schema, expensiveBounds, 2),
  })
})
afterAll(() => Promise.all([plain?.$disconnect(), expensive?.$disconnect()]))

const upToDate = () => Promise.resolve()
const sleeping = async () => {
  const [row] = await plain.$queryRawUnsafe<{ count: number }[]>(
    `SELECT count(*)::int AS count FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%' AND state = 'active'`,
  )
  return row?.count ?? 0
}
const outcome = (read: PromiseLike<unknown>) =>
  Promise.resolve(read).then(
    () => 'answered',
    (error: { message: string; extensions?: { code: string } }) => `${error.extensions?.code}: ${error.message}`,
  )

test('expensive reads run a few at once, queue some and refuse the rest, while plain reads go on', async () => {
  const reads = createExpensiveReads(expensive, upToDate, { atOnce: 2, waiting: 3, waitMs: 5_000 })
  const outcomes = Array.from({ length: 10 }, () => outcome(reads().$queryRawUnsafe('SELECT pg_sleep(0.3)::text')))
  const all = Promise.all(outcomes)
  let ended = false
  void all.then(() => {
    ended = true
  })
  const seen: number[] = []
  while (!ended) seen.push(await sleeping())
  expect(Math.max(...seen)).toBe(2)
  const answered = (await all).filter((one) => one === 'answered')
  expect(answered).toHaveLength(5)
  expect(new Set(await all)).toEqual(
    new Set(['answered', 'BUSY: Too many searches at the moment. Try again later, or look for less.']),
  )
})

test('expensive reads end when they take too long, and free their place', async () => {
  const reads = createExpensiveReads(expensive, upToDate, { atOnce: 1, waiting: 1, waitMs: 5_000 })
  expect(await outcome(reads().$queryRawUnsafe('SELECT pg_sleep(30)::text'))).toMatch(
    /^BUSY: This search takes too long/,
  )
  expect(await outcome(reads().$queryRawUnsafe('SELECT 1 AS one'))).toBe('answered')
})

test('a read that waited too long is refused at once, whatever runs before it', async () => {
  const reads = createExpensiveReads(expensive, upToDate, { atOnce: 1, waiting: 5, waitMs: 100 })
  const ended: string[] = []
  const first = outcome(reads().$queryRawUnsafe('SELECT pg_sleep(1)::text')).finally(() => ended.push('first'))
  const second = outcome(reads().$queryRawUnsafe('SELECT 1 AS one')).finally(() => ended.push('second'))
  expect(await first).toBe('answered')
  expect(await second).toMatch(/^BUSY: Too many searches/)
  expect(ended).toEqual(['second', 'first'])
  expect(await outcome(reads().$queryRawUnsafe('SELECT 1 AS one'))).toBe('answered')
})

test('the reads of one request wait no longer together than one of them', async () => {
  const reads = createExpensiveReads(expensive, upToDate, { atOnce: 1, waiting: 5, waitMs: 300 })
  const request = reads()
  expect(await outcome(request.$queryRawUnsafe('SELECT pg_sleep(0.4)::text'))).toBe('answered')
  const next = [
    outcome(request.$queryRawUnsafe('SELECT 1 AS one')),
    outcome(reads().$queryRawUnsafe('SELECT 1 AS one')),
  ]
  expect(await Promise.all(next)).toEqual([expect.stringMatching(/^BUSY: Too many searches/), 'answered'])
})

test('many wait: clients that are refused at once ask again at once', async () => {
  const reads = createExpensiveReads(expensive, upToDate)
  const outcomes = Array.from({ length: 200 }, () => outcome(reads().$queryRawUnsafe('SELECT pg_sleep(0.001)::text')))
  expect(new Set(await Promise.all(outcomes))).toEqual(new Set(['answered']))
})

test('a read that had to queue waits for what its own request must see, and holds no place meanwhile', async () => {
  const upToDate: string[] = []
  const request = new AsyncLocalStorage<string>()
  const wait = async () => {
    await delay(50)
    upToDate.push(request.getStore() ?? 'nobody')
  }
  const reads = createExpensiveReads(expensive, wait, { atOnce: 1, waiting: 5, waitMs: 5_000 })
  const as = (name: string, text: string) => request.run(name, () => outcome(reads().$queryRawUnsafe(text)))
  const all = await Promise.all([as('one', 'SELECT pg_sleep(0.2)::text'), as('other', 'SELECT 1 AS one')])
  expect(all).toEqual(['answered', 'answered'])
  expect(upToDate).toEqual(['one', 'other'])
})

test('other errors are passed on unchanged', async () => {
  const reads = createExpensiveReads(expensive, upToDate)
  expect(await outcome(reads().$queryRawUnsafe('SELECT * FROM nowhere'))).toMatch(/^undefined: .*nowhere/s)
})
