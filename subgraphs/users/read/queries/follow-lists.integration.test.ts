import pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PrismaClient } from '#prisma/users/read/generated/client.ts'
import { prismaAdapter } from '#toolkit/database/prisma.ts'
import { createTestDatabase } from '../../../../tests/support/databases.ts'
import { followId } from '../../shared/follow-id.ts'
import { followersOf, followingOf } from './follow-lists.ts'
import { usersById } from './users-by-id.ts'

/** Ada has three followers, Grace and Mary at the same time; one who is deleted, one unknown, and one who left. */
const ids = Array.from({ length: 7 }, (_, n) => uuidv7({ msecs: 1_000 * n }))
const [ada = '', grace = '', mary = '', joan = '', left = '', gone = '', stub = ''] = ids
const star = uuidv7({ msecs: 9_000 })
const FOLLOWERS = 20_000

let pool: pg.Client
let read: PrismaClient
let statements: { readonly query: string; readonly params: string }[] = []
beforeAll(async () => {
  const { url, schema } = await createTestDatabase('users', 'read')
  const client = new PrismaClient({ adapter: prismaAdapter(url, schema), log: [{ emit: 'event', level: 'query' }] })
  client.$on('query', (statement) => statements.push(statement))
  read = client
  pool = new pg.Client({ connectionString: url })
  await pool.connect()
  await read.user.createMany({
    data: ids.map((id, n) => ({
      ...{ id, version: id === stub ? 0 : 1, username: `user_${n}`, deleted: id === gone },
      ...(id === ada && { followersCount: 3, followingCount: 1 }),
    })),
  })
  const follow = (follower: string, followee: string, at: number, active = true) =>
    pool.query(
      `INSERT INTO read_1.follows (id, version, "followerId", "followeeId", active, "createdAt") VALUES ($1, 1, $2, $3, $4, $5)`,
      [followId(follower, followee), follower, followee, active, new Date(at)],
    )
  await follow(joan, ada, 1)
  await follow(grace, ada, 2)
  await follow(mary, ada, 2)
  await follow(left, ada, 3, false)
  await follow(gone, ada, 4)
  await follow(stub, ada, 5)
  await follow(ada, grace, 6)
})
afterAll(() => Promise.all([read?.$disconnect(), pool?.end()]))

const open = () => ({
  followers: followersOf(read, 'read_1', usersById(read)),
  following: followingOf(read, 'read_1', usersById(read)),
})
const names = async (args: object) => (await open().followers(ada, args)).nodes.map(({ username }) => username)
/** Of the same millisecond: the order of the ids of the follows. */
const tied = [grace, mary].toSorted((a, b) => (followId(a, ada) < followId(b, ada) ? 1 : -1))
const [newer, older] = tied.map((id) => (id === grace ? 'user_1' : 'user_2'))

describe('the followers of a user', () => {
  test('are listed by their follow, newest first, without who is deleted or unknown or does not follow any more', async () =>
    expect(await names({})).toEqual([newer, older, 'user_3']))

  test('are read in pages forward and backward, also between follows of one millisecond', async () => {
    const { pageInfo } = await open().followers(ada, { first: 1 })
    expect(pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false })
    expect(await names({ first: 1, after: pageInfo.endCursor })).toEqual([older])
    const second = await open().followers(ada, { first: 1, after: pageInfo.endCursor })
    expect(await names({ first: 1, after: second.pageInfo.endCursor })).toEqual(['user_3'])
    expect(await names({ last: 1, before: second.pageInfo.startCursor })).toEqual([newer])
    expect(await names({ last: 1 })).toEqual(['user_3'])
  })

  test('take one statement for all users, and one more for the totals, which are their counters', async () => {
    const { followers } = open()
    statements = []
    const lists = await Promise.all([ada, grace, mary].map((id) => followers(id, { first: 2 })))
    expect(lists.map(({ nodes }) => nodes.length)).toEqual([2, 1, 0])
    expect(statements).toHaveLength(1)
    expect(await Promise.all(lists.map(({ totalCount }) => totalCount()))).toEqual([3, 0, 0])
    expect(statements).toHaveLength(2)
  })

  test.each([{ first: 101 }, { first: 1, last: 1 }, { after: 'x' }])('are refused for %j', async (args) =>
    expect(open().followers(ada, args)).rejects.toThrow(),
  )
})

test('whom a user follows is the other direction, and a cursor of one list is refused by the other', async () => {
  const { followers, following } = open()
  const list = await following(ada, {})
  expect(list.nodes.map(({ id }) => id)).toEqual([grace])
  expect(await list.totalCount()).toBe(1)
  await expect(followers(ada, { after: list.pageInfo.endCursor })).rejects.toThrow()
})

describe(`of ${FOLLOWERS.toLocaleString('en')} follows`, () => {
  beforeAll(async () => {
    await pool.query(
      `INSERT INTO read_1.users (id, version, username) SELECT uuidv7(), 1, 'fan_' || n FROM generate_series(1, $1) n`,
      [FOLLOWERS],
    )
    // Each fan is followed by the star, and follows it; a second has passed between two follows.
    for (const [follower, followee] of [
      ['u.id', '$1::uuid'],
      ['$1::uuid', 'u.id'],
    ])
      await pool.query(
        `INSERT INTO read_1.follows (id, version, "followerId", "followeeId", active, "createdAt")
         SELECT gen_random_uuid(), 1, ${follower}, ${followee}, true, '2026-01-01'::timestamptz + row_number() OVER () * interval '1 s'
         FROM read_1.users u WHERE username LIKE 'fan%'`,
        [star],
      )
    await pool.query('ANALYZE read_1.users, read_1.follows')
  })

  type Plan = {
    readonly 'Node Type': string
    readonly 'Actual Rows': number
    readonly 'Actual Loops': number
    readonly Plans?: readonly Plan[]
  }
  const nodesOf = (plan: Plan): readonly Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)]

  test.each(['followers', 'following'] as const)('a page of %s reads what it shows, by an index', async (list) => {
    const first = await open()[list](star, { first: 20 })
    for (const args of [{ first: 20 }, { first: 20, after: first.pageInfo.endCursor }, { last: 20 }]) {
      statements = []
      await open()[list](star, args)
      const [{ query, params } = expect.fail()] = statements
      const { rows } = await pool.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
        `EXPLAIN (ANALYZE, FORMAT JSON) ${query}`,
        JSON.parse(params) as unknown[],
      )
      const nodes = nodesOf(rows[0]?.['QUERY PLAN'][0].Plan ?? expect.fail())
      expect(nodes.map((node) => node['Node Type'])).not.toContain('Seq Scan')
      for (const node of nodes) expect(node['Actual Rows'] * node['Actual Loops']).toBeLessThanOrEqual(21)
    }
  })
})
