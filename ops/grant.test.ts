import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase } from '../tests/databases.ts'

let client: pg.Client
let url: string

beforeAll(async () => {
  url = (await createTestDatabase('users', 'write')).url
  client = new pg.Client({ connectionString: url })
  await client.connect()
  const id = randomUUID()
  await client.query(
    `INSERT INTO "write".users (id, version, username, "fullName", bio, "createdAt", "updatedAt")
     VALUES ($1, 1, 'ada', '', '', now(), now())`,
    [id],
  )
  await client.query(
    `INSERT INTO "write".accounts ("userId", email, "emailKey", "passwordHash") VALUES ($1, '', '', '')`,
    [id],
  )
})
afterAll(() => client?.end())

const ops = (...args: string[]) =>
  new Promise<{ code: number; out: string; err: string }>((resolve) =>
    execFile(
      process.execPath,
      [join(import.meta.dirname, 'main.ts'), ...args],
      { env: { PATH: process.env.PATH, TZ: process.env.TZ, USERS_WRITE_DATABASE_URL: url } },
      (error, out, err) => resolve({ code: Number(error?.code ?? 0), out, err }),
    ),
  )
const roles = async () => (await client.query('SELECT roles FROM "write".accounts')).rows[0].roles

describe('roles', () => {
  test('are granted, once however often, and revoked', async () => {
    expect(await ops('grant', 'moderator', 'ada')).toMatchObject({
      code: 0,
      out: expect.stringContaining('next access token says so'),
    })
    await ops('grant', 'moderator', 'ada')
    expect(await roles()).toEqual(['moderator'])
    expect(await ops('revoke', 'moderator', 'ada')).toMatchObject({ code: 0 })
    expect(await roles()).toEqual([])
  })

  test('are refused to nobody, and when there is no such role', async () => {
    expect(await ops('grant', 'moderator', 'grace')).toMatchObject({
      code: 1,
      err: expect.stringContaining('no account with the username grace'),
    })
    expect(await ops('grant', 'emperor', 'ada')).toMatchObject({ code: 1, err: expect.stringContaining('moderator') })
  })
})

test('rotate-keys takes every signing key away', async () => {
  await client.query(`INSERT INTO "write".signing_keys (id, "publicKey", "privateKey") VALUES ('k', '{}', '')`)
  expect(await ops('rotate-keys')).toMatchObject({ code: 0, out: expect.stringContaining('1 signing keys are gone') })
  expect((await client.query('SELECT FROM "write".signing_keys')).rowCount).toBe(0)
})
