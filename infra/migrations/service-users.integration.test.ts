import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase } from '../../tests/support/databases.ts'
import { ensureServiceUser } from './service-users.ts'

const suffix = randomBytes(4).toString('hex')
const [posts, users] = [`posts_${suffix}`, `users_${suffix}`]
let own: string
let other: string
let client: pg.Client

const as = (url: string, user: string, password: string) => {
  const found = new URL(url)
  Object.assign(found, { username: user, password })
  return found.href
}

beforeAll(async () => {
  ;[own, other] = [(await createTestDatabase('posts', 'write')).url, (await createTestDatabase('users', 'write')).url]
  await Promise.all([
    ensureServiceUser(own, posts, 'first'),
    ensureServiceUser(own, posts, 'first'),
    ensureServiceUser(other, users, "it's"),
  ])
  await ensureServiceUser(own, posts, 'second')
  client = new pg.Client(as(own, posts, 'second'))
  await client.connect()
})
afterAll(() => client?.end())

const run = (statement: string) =>
  client.query(statement).then(
    () => 'done',
    (error: { message: string }) => error.message,
  )

test.each([
  'SELECT * FROM write.posts',
  `INSERT INTO write.outbox (topic, key, version, type, "eventId", time, value) VALUES ('t', 'k', 1, 't', gen_random_uuid(), now(), '')`,
  'DELETE FROM write.outbox WHERE false',
  `SELECT pg_notify('a', 'b')`,
  'SELECT pg_try_advisory_lock(1)',
])('a service may %s', async (statement) => {
  expect(await run(statement)).toBe('done')
})

test.each([
  ['CREATE TABLE write.mine (a int)', /permission denied for schema write/],
  ['CREATE TABLE public.mine (a int)', /permission denied for schema public/],
  ['DROP TABLE write.outbox', /must be owner/],
  ['TRUNCATE write.outbox', /permission denied/],
  ['ALTER TABLE write.posts ADD COLUMN a int', /must be owner/],
  ['SELECT * FROM write._prisma_migrations', /permission denied/],
  ['CREATE ROLE another', /permission denied/],
  ['SELECT rolpassword FROM pg_authid', /permission denied/],
  [`COPY (SELECT 1) TO PROGRAM 'true'`, /permission denied/],
])('a service may not %s', async (statement, why) => {
  expect(await run(statement)).toMatch(why)
})

test('a service cannot connect to another database, or with an old password', async () => {
  const connecting = async (url: string) => {
    const another = new pg.Client(url)
    try {
      await another.connect()
      return 'connected'
    } finally {
      await another.end()
    }
  }
  await expect(connecting(as(other, posts, 'second'))).rejects.toThrow(/permission denied for database/)
  await expect(connecting(as(own, posts, 'first'))).rejects.toThrow(/password authentication failed/)
  await expect(connecting(as(other, users, "it's"))).resolves.toBe('connected')
})

test('a user is created and updated by an administrator who is not a superuser', async () => {
  const [admin, database] = [`admin_${suffix}`, `managed_${suffix}`]
  const superuser = new pg.Client(own)
  await superuser.connect()
  await superuser.query(`CREATE ROLE ${admin} LOGIN CREATEROLE PASSWORD 'x'`)
  await superuser.query(`CREATE DATABASE ${database} OWNER ${admin}`)
  await superuser.end()

  const url = new URL(as(own, admin, 'x'))
  url.pathname = `/${database}`
  const owner = new pg.Client(url.href)
  await owner.connect()
  await owner.query('CREATE SCHEMA write; CREATE TABLE write._prisma_migrations (); CREATE TABLE write.posts ()')
  await owner.end()
  for (const password of ['first', 'second']) await ensureServiceUser(url.href, `managed_user_${suffix}`, password)

  url.username = `managed_user_${suffix}`
  url.password = 'second'
  const service = new pg.Client(url.href)
  await service.connect()
  expect((await service.query('SELECT FROM write.posts')).rows).toEqual([])
  await service.end()
})

test('a user with more rights than a service needs is refused', async () => {
  const user = `powerful_${suffix}`
  const superuser = new pg.Client(own)
  await superuser.connect()
  await superuser.query(`CREATE ROLE ${user} LOGIN CREATEDB`)
  await superuser.end()
  await expect(ensureServiceUser(own, user, 'x')).rejects.toThrow(`the database user ${user} may more than a service`)
})
