import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createPasswords } from '../../subgraphs/users/write/accounts/passwords.ts'
import { childEnvironment } from '../../tests/support/child-environment.ts'
import { createTestDatabase } from '../../tests/support/databases.ts'

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
      [join(import.meta.dirname, '..', 'main.ts'), ...args],
      { env: { ...childEnvironment(), USERS_WRITE_DATABASE_URL: url } },
      (error, out, err) => resolve({ code: Number(error?.code ?? 0), out, err }),
    ),
  )
const roles = async () => (await client.query('SELECT roles FROM "write".accounts')).rows[0].roles

describe('roles', () => {
  test('are granted once, even when granted again, and revoked', async () => {
    expect(await ops('grant', 'moderator', 'ada')).toMatchObject({
      code: 0,
      out: expect.stringContaining('next access token says so'),
    })
    await ops('grant', 'moderator', 'ada')
    expect(await roles()).toEqual(['moderator'])
    expect(await ops('revoke', 'moderator', 'ada')).toMatchObject({ code: 0 })
    expect(await roles()).toEqual([])
  })

  test('are refused for an unknown user, and for an unknown role', async () => {
    expect(await ops('grant', 'moderator', 'grace')).toMatchObject({
      code: 1,
      err: expect.stringContaining('no account with the username grace'),
    })
    expect(await ops('grant', 'emperor', 'ada')).toMatchObject({ code: 1, err: expect.stringContaining('moderator') })
  })
})

describe('after a restored backup', () => {
  const signedIn = async () => {
    await client.query(
      `INSERT INTO "write".sessions (id, "userId", "expiresAt") SELECT gen_random_uuid(), id, now() + interval '1 day' FROM "write".users`,
    )
  }
  const sessions = async () => (await client.query('SELECT FROM "write".sessions')).rowCount

  test('sessions are ended, of one user or of all', async () => {
    await signedIn()
    expect(await ops('end-sessions', 'grace')).toMatchObject({ code: 1, err: expect.stringContaining('no user') })
    expect(await ops('end-sessions', 'ada')).toMatchObject({
      code: 0,
      out: expect.stringContaining('Sessions ended: 1.'),
    })
    await signedIn()
    expect(await ops('end-sessions')).toMatchObject({ code: 0, out: expect.stringContaining('Sessions ended: 1.') })
    expect(await sessions()).toBe(0)
  })

  test('a user without an account gets an account with a password', async () => {
    expect(await ops('open-account', 'ada', 'ada@example.org')).toMatchObject({ code: 1, err: 'ada has an account.\n' })
    await client.query('DELETE FROM "write".accounts')
    expect(await ops('open-account', 'ada', 'nowhere')).toMatchObject({
      code: 1,
      err: expect.stringContaining('must be an e-mail address'),
    })
    const { code, out } = await ops('open-account', 'ada', 'Ada@example.org')
    expect(code).toBe(0)
    const password = /the password (\S+),/.exec(out)?.[1] ?? ''
    const [account] = (await client.query('SELECT email, "emailKey", "passwordHash" FROM "write".accounts')).rows
    expect(account).toMatchObject({ email: 'Ada@example.org', emailKey: 'ada@example.org' })
    expect(await createPasswords().verify(password, account.passwordHash)).toBe(true)
  })
})

test('rotate-keys deletes every signing key', async () => {
  await client.query(`INSERT INTO "write".signing_keys (id, "publicKey", "privateKey") VALUES ('k', '{}', '')`)
  expect(await ops('rotate-keys')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/1 signing keys are gone[\s\S]*\nCONSISTENCY_KEYS=[0-9a-f]{64}\n/),
  })
  expect((await client.query('SELECT FROM "write".signing_keys')).rowCount).toBe(0)
})
