import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accepted, createRig, member, type Rig, rejectedWith } from './accounts.fixture.ts'
import type { Accounts } from './accounts.ts'
import { refreshSession } from './refresh-session.ts'
import { hashOf } from './refresh-tokens.ts'
import { REPEATABLE_MS } from './token-use.ts'

let rig: Rig
let accounts: Accounts

beforeAll(async () => {
  rig = await createRig()
  accounts = rig.open()
})
afterAll(() => rig?.close())

const sessions = (userId: string) => rig.database.session.count({ where: { userId } })
const ended = rejectedWith('INVALID_SESSION', 'refreshToken')
const refreshed = async (token: string, by = accounts) =>
  (await accepted(refreshSession(by, token))).session.refreshToken

/** Moves the last exchange of a session into the past, by the database's clock. */
const later = (sessionId: string, ms: number) =>
  rig.database.$executeRaw`
    UPDATE "write".refresh_tokens SET "rotatedAt" = "rotatedAt" - ${ms / 1000}::float8 * interval '1 second'
    WHERE "sessionId" = ${sessionId}::uuid`

describe('a refresh token that was just used', () => {
  test('gets the same new token again, with an access token of its own, as often as it is asked', async () => {
    const { id, session } = await member(accounts)
    const first = await refreshed(session.refreshToken)
    for (let n = 0; n < 3; n++) expect(await refreshed(session.refreshToken)).toBe(first)
    const second = await refreshed(first)
    expect(new Set([session.refreshToken, first, second]).size).toBe(3)
    expect(await sessions(id)).toBe(1)
  })

  test('gets it from every instance', async () => {
    const { session } = await member(accounts)
    expect(await refreshed(session.refreshToken, rig.open())).toBe(await refreshed(session.refreshToken))
  })

  test('gets it almost until 30 seconds have passed, then ends the session', async () => {
    const { id, session, call } = await member(accounts)
    const first = await refreshed(session.refreshToken)
    await later(call.caller.sessionId, REPEATABLE_MS - 5_000)
    expect(await refreshed(session.refreshToken)).toBe(first)
    await later(call.caller.sessionId, 5_000)
    expect(await refreshSession(accounts, session.refreshToken)).toMatchObject(ended)
    expect(await sessions(id)).toBe(0)
    expect(await refreshSession(accounts, first)).toMatchObject(ended)
  })

  test('ends the session as soon as its successor was used', async () => {
    const { id, session } = await member(accounts)
    await refreshed(await refreshed(session.refreshToken))
    expect(await refreshSession(accounts, session.refreshToken)).toMatchObject(ended)
    expect(await sessions(id)).toBe(0)
  })

  test('gets nothing after the session has ended', async () => {
    const { id, session } = await member(accounts)
    await refreshed(session.refreshToken)
    await rig.database.session.deleteMany({ where: { userId: id } })
    expect(await refreshSession(accounts, session.refreshToken)).toMatchObject(ended)
  })

  test('is only refused, and ends nothing, once SIGNING_KEY_SECRET has changed', async () => {
    const { id, session } = await member(accounts)
    const first = await refreshed(session.refreshToken)
    const changed = rig.open({ secret: 'another secret' })
    expect(await refreshSession(changed, session.refreshToken)).toMatchObject(ended)
    expect(await sessions(id)).toBe(1)
    await refreshed(first, changed)
  })

  test('ends the session when the previous release, which knows no repetition, used its successor', async () => {
    const { id, session, call } = await member(accounts)
    const first = await refreshed(session.refreshToken)
    const { sessionId } = call.caller
    const random = accounts.refreshTokens.make(sessionId)
    await rig.database.refreshToken.update({ where: { hash: hashOf(first) }, data: { hash: random.hash } })
    expect(await refreshSession(accounts, session.refreshToken)).toMatchObject(ended)
    expect(await sessions(id)).toBe(0)
  })
})

describe('twelve refreshes at once', () => {
  const strictly = { limits: { refreshesPerSession: { times: 1, seconds: 60 } } }

  test('keep the session, get the same token, and count as one refresh', async () => {
    const instances = [rig.open(strictly), rig.open(strictly)]
    for (let round = 0; round < 3; round++) {
      const { id, session } = await member(accounts)
      const tokens = await Promise.all(
        Array.from({ length: 12 }, (_, n) => refreshed(session.refreshToken, instances[n % 2])),
      )
      expect(new Set(tokens).size).toBe(1)
      expect(tokens[0]).not.toBe(session.refreshToken)
      expect(await sessions(id)).toBe(1)
      await refreshed(tokens[0] ?? '')
    }
  })

  test('keep a session whose token is of another secret', async () => {
    const { session } = await member(accounts)
    const changed = rig.open({ secret: 'another secret' })
    const outcomes = await Promise.all(Array.from({ length: 12 }, () => refreshSession(changed, session.refreshToken)))
    const tokens = outcomes.flatMap((outcome) => (outcome.status === 'accepted' ? [outcome.session.refreshToken] : []))
    expect(new Set(tokens).size).toBe(1)
    await refreshed(tokens[0] ?? '', changed)
  })

  test('with a token of two generations ago end it', async () => {
    const { id, session } = await member(accounts)
    await refreshed(await refreshed(session.refreshToken))
    const outcomes = await Promise.all(Array.from({ length: 12 }, () => refreshSession(accounts, session.refreshToken)))
    for (const outcome of outcomes) expect(outcome).toMatchObject(ended)
    expect(await sessions(id)).toBe(0)
  })
})
