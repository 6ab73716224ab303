import pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PrismaClient } from '#prisma/users/read/generated/client.ts'
import { prismaAdapter } from '#toolkit/database/prisma.ts'
import { createTestDatabase } from '../../../../tests/support/databases.ts'
import { followId } from '../../shared/follow-id.ts'
import { followsOf } from './follows.ts'
import { listUsers } from './list-users.ts'
import { userByUsername } from './user-by-username.ts'
import { usersById } from './users-by-id.ts'

const ids = Array.from({ length: 7 }, (_, n) => uuidv7({ msecs: 1_000 * n }))
const [ada = '', grace = '', mary = '', , , gone = '', stub = ''] = ids
let read: PrismaClient
let statements: string[] = []

beforeAll(async () => {
  const { url, schema } = await createTestDatabase('users', 'read')
  const adapter = prismaAdapter(url, schema)
  const client = new PrismaClient({ adapter, log: [{ emit: 'event', level: 'query' }] })
  client.$on('query', ({ query }) => statements.push(query))
  read = client
  await read.user.createMany({
    data: ids.map((id, n) => ({
      id,
      version: id === stub ? 0 : 1,
      username: `user_${n}`,
      deleted: id === gone,
      updatedAt: new Date(n),
      followersCount: n,
    })),
  })
  const pool = new pg.Client({ connectionString: url })
  await pool.connect()
  for (const [by, whom, active] of [
    [ada, grace, true],
    [ada, mary, false],
    [grace, mary, true],
  ] as const)
    await pool.query(
      `INSERT INTO ${schema}.follows (id, version, "followerId", "followeeId", active) VALUES ($1, 1, $2, $3, $4)`,
      [followId(by, whom), by, whom, active],
    )
  await pool.end()
})
afterAll(() => read?.$disconnect())

const page = (args: object) => listUsers(read, 'read_1', args)
const names = async (args: object) => (await page(args)).nodes.map(({ username }) => username)

describe('the list of users', () => {
  test('has the newest first, without deleted or unknown users', async () =>
    expect(await names({})).toEqual(['user_4', 'user_3', 'user_2', 'user_1', 'user_0']))

  test('is read in pages forward and backward, and survives inserts', async () => {
    const first = await page({ first: 2 })
    expect(first.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false })
    const after = first.pageInfo.endCursor
    const newer = uuidv7({ msecs: 9_000 })
    await read.user.create({ data: { id: newer, version: 1, username: 'newer' } })
    expect(await names({ first: 2, after })).toEqual(['user_2', 'user_1'])
    expect(await names({ last: 2, before: after })).toEqual(['newer', 'user_4'])
    await read.user.delete({ where: { id: newer } })
  })

  test('takes one statement, and one more for its count', async () => {
    statements = []
    const { totalCount } = await page({ first: 1 })
    expect(statements).toHaveLength(1)
    expect(await totalCount()).toBe(5)
    expect(statements).toHaveLength(2)
  })

  test.each([{ first: 101 }, { first: 1, last: 1 }, { after: 'x' }])('is refused for %j', async (args) =>
    expect(page(args)).rejects.toThrow(),
  )
})

test('a user is found by id and by name, unless deleted or unknown', async () => {
  statements = []
  const byId = usersById(read)
  expect(await Promise.all([ada, gone, stub].map(async (id) => (await byId.load(id))?.username))).toEqual([
    'user_0',
    undefined,
    undefined,
  ])
  expect(statements).toHaveLength(1)
  expect((await userByUsername(read, 'user_1'))?.id).toBe(grace)
  expect(await userByUsername(read, 'user_5')).toBeNull()
})

test('of two users with one name, the one with the later change is found', async () => {
  await read.user.update({ where: { id: mary }, data: { username: 'user_1', updatedAt: new Date(9) } })
  expect((await userByUsername(read, 'user_1'))?.id).toBe(mary)
  await read.user.update({ where: { id: mary }, data: { username: 'user_2', updatedAt: new Date(2) } })
})

describe('whether the caller follows a user', () => {
  test('takes one statement for all', async () => {
    statements = []
    const follows = followsOf(read, { userId: ada, roles: [], sessionId: null })
    expect(await Promise.all([grace, mary, ada].map(follows))).toEqual([true, false, false])
    expect(statements).toHaveLength(1)
  })

  test('is false when nobody is signed in, without a statement', async () => {
    statements = []
    expect(await followsOf(read, null)(grace)).toBe(false)
    expect(statements).toHaveLength(0)
  })
})
