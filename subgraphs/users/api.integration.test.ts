import { randomUUID } from 'node:crypto'
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose'
import pg from 'pg'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apiConfig } from '#cqrs/roles/config.ts'
import { freePort } from '#infra/ports.ts'
import { parseConfig } from '#toolkit/process/config.ts'
import type { Part } from '#toolkit/process/lifecycle.ts'
import type { Caller } from '#toolkit/trust/caller.ts'
import { signedHeaders } from '#toolkit/trust/signed-headers.ts'
import { createTestDatabase } from '../../tests/support/databases.ts'
import { api } from './roles/api.ts'
import { service } from './service.ts'

const key = { id: '1', secret: 'a secret of sixteen' }
const lines: string[] = []
let parts: Part[] = []
let origin: string
let readDatabase: pg.Client

beforeAll(async () => {
  const [write, read, port] = [
    await createTestDatabase('users', 'write'),
    await createTestDatabase('users', 'read'),
    await freePort(),
  ]
  const parsed = parseConfig(apiConfig(service), {
    PORT: String(port),
    WRITE_DATABASE_URL: write.url,
    READ_DATABASE_URL: read.url,
    IDEMPOTENCY_SECRET: 'a secret of sixteen',
    SIGNING_KEY_SECRET: 'a secret of sixteen',
    CALLER_KEYS: `gateway=${key.id}:${key.secret}`,
  })
  if ('problems' in parsed) throw new Error(parsed.problems.join())
  const log = pino({ level: 'trace' }, { write: (line) => void lines.push(line) })
  parts = api(parsed.config, log)
  for (const part of parts) await part.start()
  origin = `http://127.0.0.1:${port}`
  readDatabase = new pg.Client({ connectionString: read.url })
  await readDatabase.connect()
})
afterAll(async () => {
  for (const part of parts.toReversed()) await part.stop()
  await readDatabase?.end()
})

async function ask(query: string, variables: object = {}, caller: Caller = null, address = '192.0.2.7') {
  const url = new URL('/graphql', origin)
  const body = JSON.stringify({ query, variables })
  const headers = signedHeaders('gateway', key, { url, body, call: { caller, address, trace: null } })
  const reply = await fetch(url, { method: 'POST', headers, body })
  // biome-ignore lint/suspicious/noExplicitAny: tests state the expected reply; a type would repeat it
  return (await reply.json()) as { data: any; errors?: unknown[] }
}

/** Signs somebody up. @returns them as the gateway would identify them by their token */
async function signUp() {
  const username = `u_${randomUUID().slice(0, 8)}`
  const { data } = await ask(
    `mutation($input: CreateUserInput!) { createUser(input: $input) {
       user { id username followersCount viewerIsFollowing version }
       session { accessToken refreshToken expiresAt endsAt } errors { code } } }`,
    { input: { username, fullName: 'Ada', email: `${username}@xample.org`, password: 'ink that dries' } },
  )
  const { user, session, errors } = data.createUser
  expect(errors).toEqual([])
  const { payload } = await jwtVerify(
    session.accessToken,
    createRemoteJWKSet(new URL('/.well-known/jwks.json', origin)),
    {
      issuer: 'inkstream',
      audience: 'inkstream',
      algorithms: ['EdDSA'],
    },
  )
  const caller = { userId: String(payload.sub), roles: payload.roles as string[], sessionId: String(payload.sid) }
  return { username, email: `${username}@xample.org`, user, session, caller }
}

/** Inserts the row as the projector would. */
const project = (id: string, username: string) =>
  readDatabase.query(`INSERT INTO read_1.users (id, version, username, "followersCount") VALUES ($1, 1, $2, 7)`, [
    id,
    username,
  ])

test('the public keys are readable by anybody, and may be cached for a short time', async () => {
  const reply = await fetch(new URL('/.well-known/jwks.json', origin))
  expect(reply.headers.get('cache-control')).toBe('public, max-age=60')
  expect(await reply.json()).toEqual({ keys: [expect.objectContaining({ kty: 'OKP', alg: 'EdDSA' })] })
})

test('signing up returns the committed user, whatever the read tables hold, and a token for them', async () => {
  const { username, user, caller } = await signUp()
  expect(user).toEqual({ id: caller.userId, username, followersCount: 0, viewerIsFollowing: false, version: 1 })
  expect(caller.roles).toEqual([])
})

test('a token refreshes its session, once more after a lost reply, and signing out ends the session', async () => {
  const { user, session, caller } = await signUp()
  const refresh = async (token: string) =>
    (
      await ask(
        'mutation($t: String!) { refreshSession(refreshToken: $t) { user { id } session { refreshToken endsAt } errors { code path } } }',
        { t: token },
      )
    ).data.refreshSession
  const refreshed = await refresh(session.refreshToken)
  expect(refreshed).toMatchObject({ user: { id: user.id }, session: { endsAt: session.endsAt }, errors: [] })
  expect(await refresh(session.refreshToken)).toEqual(refreshed)
  expect((await ask('mutation { signOut { errors { code } } }', {}, caller)).data.signOut).toEqual({ errors: [] })
  expect(await refresh(refreshed.session.refreshToken)).toEqual({
    user: null,
    session: null,
    errors: [{ code: 'INVALID_SESSION', path: ['refreshToken'] }],
  })
})

describe('with a stolen access token', () => {
  const attempts = async (mutation: string, caller: Caller, address: string) => {
    const codes: string[] = []
    // The limit is ten.
    for (let attempt = 0; attempt < 11; attempt++) {
      const { data } = await ask(`mutation { it: ${mutation} { errors { code } } }`, {}, caller, address)
      codes.push(data.it.errors[0].code)
    }
    return codes
  }
  const refused = [...Array<string>(10).fill('INVALID_CREDENTIALS'), 'TOO_MANY_ATTEMPTS']

  test.each([
    ['changePassword', 'currentPassword: "a guess", newPassword: "that is not right"'],
    ['deleteAccount', 'password: "a guess"'],
  ])('guessing by %s does not lock the owner out', async (mutation, input) => {
    const { caller, email } = await signUp()
    expect(await attempts(`${mutation}(input: { ${input} })`, caller, '203.0.113.9')).toEqual(refused)
    const change = async (from: Caller, current: string, next: string) =>
      (
        await ask(
          `mutation { changePassword(input: { currentPassword: "${current}", newPassword: "${next}" }) {
             session { accessToken } errors { code } } }`,
          {},
          from,
          from === caller ? '192.0.2.7' : '203.0.113.9',
        )
      ).data.changePassword.errors
    expect(await change(caller, 'ink that dries', 'ink that stays')).toEqual([])
    // Even from the network of the thief, in another session.
    const { data } = await ask('mutation($input: SignInInput!) { signIn(input: $input) { session { accessToken } } }', {
      input: { email, password: 'ink that stays' },
    })
    const own = decodeJwt(data.signIn.session.accessToken)
    expect(await change({ ...caller, sessionId: String(own.sid) }, 'ink that stays', 'ink that lasts')).toEqual([])
  })
})

describe('every session ends', () => {
  const signIn = async (email: string) => {
    const { data } = await ask(
      'mutation($input: SignInInput!) { signIn(input: $input) { session { refreshToken } } }',
      { input: { email, password: 'ink that dries' } },
    )
    return data.signIn.session.refreshToken as string
  }
  const refresh = async (token: string) => {
    const { data } = await ask('mutation($t: String!) { refreshSession(refreshToken: $t) { errors { code } } }', {
      t: token,
    })
    return data.refreshSession.errors[0]?.code ?? 'refreshed'
  }

  test('by signing out everywhere, but no session of anybody else', async () => {
    const [ada, grace] = [await signUp(), await signUp()]
    const elsewhere = await signIn(ada.email)
    const { data } = await ask('mutation { signOutEverywhere { errors { code } } }', {}, ada.caller)
    expect(data.signOutEverywhere).toEqual({ errors: [] })
    expect(await Promise.all([ada.session.refreshToken, elsewhere].map(refresh))).toEqual(
      Array(2).fill('INVALID_SESSION'),
    )
    expect(await refresh(grace.session.refreshToken)).toBe('refreshed')
  })

  test("but the caller's new one, by changing the password", async () => {
    const { caller, email, session } = await signUp()
    const elsewhere = await signIn(email)
    const { data } = await ask(
      `mutation { changePassword(input: { currentPassword: "ink that dries", newPassword: "ink that stays" }) {
         session { refreshToken } errors { code } } }`,
      {},
      caller,
    )
    expect(await Promise.all([session.refreshToken, elsewhere].map(refresh))).toEqual(Array(2).fill('INVALID_SESSION'))
    expect(await refresh(data.changePassword.session.refreshToken)).toBe('refreshed')
  })

  test('only for a caller who is signed in', async () =>
    expect((await ask('mutation { signOutEverywhere { errors { code } } }')).data.signOutEverywhere).toEqual({
      errors: [{ code: 'UNAUTHENTICATED' }],
    }))
})

describe('a guessable password is refused', () => {
  const create = async (password: string, more: object = {}) => {
    const username = `grace_${randomUUID().slice(0, 8)}`
    const input = { username, fullName: 'Grace Hopper', email: `${username}@xample.org`, password, ...more }
    const { data } = await ask(
      'mutation($input: CreateUserInput!) { createUser(input: $input) { errors { code path } } }',
      { input },
    )
    return data.createUser.errors
  }

  test.each(['password', 'Passw0rd!', '12345678', 'qwertyuiop', 'Grace Hopper', 'hopper_grace1', 'inkstream1'])(
    'by createUser: %j',
    async (password) => expect(await create(password)).toEqual([{ code: 'INVALID_INPUT', path: ['password'] }]),
  )

  test('by changePassword, which checks the account’s names', async () => {
    const { caller, username, email } = await signUp()
    const change = async (newPassword: string) =>
      (
        await ask(
          `mutation($input: ChangePasswordInput!) { changePassword(input: $input) { errors { code path } } }`,
          { input: { currentPassword: 'ink that dries', newPassword } },
          caller,
        )
      ).data.changePassword.errors
    for (const newPassword of ['password1', `${username}!`, email.toUpperCase(), `${username.toUpperCase()} 2024`])
      expect([newPassword, await change(newPassword)]).toEqual([
        newPassword,
        [{ code: 'INVALID_INPUT', path: ['newPassword'] }],
      ])
    expect(await change('ink that stays')).toEqual([])
  })
})

describe('an e-mail address', () => {
  const create = async (email: string) => {
    const username = `u_${randomUUID().slice(0, 8)}`
    const { data } = await ask(
      'mutation($input: CreateUserInput!) { createUser(input: $input) { errors { code path } } }',
      { input: { username, fullName: 'Ada', email, password: 'ink that dries' } },
    )
    return data.createUser.errors
  }
  const local = `ada.${randomUUID().slice(0, 8)}`

  test('identifies one account in all forms of its domain', async () => {
    expect(await create(`${local}@bücher.xample.org`)).toEqual([])
    for (const domain of ['xn--bcher-kva.xample.org', 'BÜCHER.xample.org'])
      expect(await create(`${local}@${domain}`)).toEqual([{ code: 'EMAIL_TAKEN', path: ['email'] }])
  })

  test.each([
    ['characters that nobody sees', '\u200b'],
    ['a mark that turns the direction', '\u202e'],
  ])('with %s is refused', async (_, sign) =>
    expect(await create(`${local}${sign}@xample.org`)).toEqual([{ code: 'INVALID_INPUT', path: ['email'] }]),
  )
})

describe('the viewer', () => {
  test('is the caller as stored in the read tables', async () => {
    const { username, caller } = await signUp()
    await project(caller.userId, username)
    expect((await ask('{ viewer { id username followersCount } }', {}, caller)).data).toEqual({
      viewer: { id: caller.userId, username, followersCount: 7 },
    })
  })

  test('is null when nobody is signed in', async () =>
    expect(await ask('{ viewer { id } }')).toEqual({ data: { viewer: null } }))
})

describe('the roles of the viewer', () => {
  test.each([
    ['are those of the token', ['moderator'], ['moderator']],
    ['are none for a caller without roles', [], []],
  ])('%s, without a database', async (_, roles, viewerRoles) => {
    const caller = { userId: randomUUID(), roles, sessionId: null }
    await readDatabase.query('ALTER SCHEMA read_1 RENAME TO away')
    try {
      expect(await ask('{ viewerRoles }', {}, caller)).toEqual({ data: { viewerRoles } })
      expect((await ask('{ viewer { id } }', {}, caller)).errors).toHaveLength(1)
    } finally {
      await readDatabase.query('ALTER SCHEMA away RENAME TO read_1')
    }
  })

  test('are null when nobody is signed in', async () =>
    expect(await ask('{ viewerRoles }')).toEqual({ data: { viewerRoles: null } }))
})

test('following returns the followed user, with counts from the read tables and the new state', async () => {
  const [ada, grace] = [await signUp(), await signUp()]
  await project(grace.caller.userId, grace.username)
  const change = async (field: string) =>
    (
      await ask(
        `mutation($id: ID!) { ${field}(input: { userId: $id }) {
           user { username followersCount viewerIsFollowing } errors { code } } }`,
        { id: grace.caller.userId },
        ada.caller,
      )
    ).data[field]
  const { username } = grace
  for (const [field, viewerIsFollowing] of [
    ['followUser', true],
    ['followUser', true],
    ['unfollowUser', false],
  ] as const)
    expect(await change(field)).toEqual({ user: { username, followersCount: 7, viewerIsFollowing }, errors: [] })
})

test('an account can be renamed, get another password and be deleted', async () => {
  const { caller } = await signUp()
  const rename = await ask(
    'mutation { updateProfile(input: { fullName: "Ada King", expectedVersion: 1 }) { user { fullName version } errors { code } } }',
    {},
    caller,
  )
  expect(rename.data.updateProfile).toEqual({ user: { fullName: 'Ada King', version: 2 }, errors: [] })
  const change = await ask(
    `mutation { changePassword(input: { currentPassword: "ink that dries", newPassword: "ink that stays" }) {
       session { accessToken } errors { code } } }`,
    {},
    caller,
  )
  expect(change.data.changePassword).toMatchObject({ session: { accessToken: expect.any(String) }, errors: [] })
  const gone = await ask(
    'mutation { deleteAccount(input: { password: "ink that stays" }) { deletedUserId errors { code } } }',
    {},
    caller,
  )
  expect(gone.data.deleteAccount).toEqual({ deletedUserId: caller.userId, errors: [] })
})

test('a reference to a deleted or unknown user is null', async () => {
  const query = 'query($r: [_Any!]!) { _entities(representations: $r) { ... on User { id } } }'
  const r = [randomUUID(), 'x'].map((id) => ({ __typename: 'User', id }))
  expect(await ask(query, { r })).toEqual({ data: { _entities: [null, null] } })
})

test('no log line has an address, a password or a token, even when the database fails', async () => {
  const { session, caller } = await signUp()
  await readDatabase.query('ALTER TABLE read_1.users RENAME TO elsewhere')
  expect((await ask('{ viewer { id } }', {}, caller)).errors).toHaveLength(1)
  await readDatabase.query('ALTER TABLE read_1.elsewhere RENAME TO users')
  const log = lines.join()
  expect(log).toContain('fault')
  for (const secret of ['xample.org', 'ink that', session.refreshToken, session.accessToken])
    expect(log).not.toContain(secret)
})
