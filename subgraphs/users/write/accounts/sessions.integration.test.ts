import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { forgetExpiredSessions } from '../forget-expired.ts'
import { accepted, callOf, createRig, member, nobody, type Rig, rejectedWith } from './accounts.fixture.ts'
import type { Accounts } from './accounts.ts'
import { changePassword } from './change-password.ts'
import { refreshSession } from './refresh-session.ts'
import { signIn } from './sign-in.ts'
import { signOut } from './sign-out.ts'

let rig: Rig
let accounts: Accounts

beforeAll(async () => {
  rig = await createRig()
  accounts = rig.open()
})
afterAll(() => rig?.close())

const sessions = (userId: string) => rig.database.session.count({ where: { userId } })
const ended = rejectedWith('INVALID_SESSION', 'refreshToken')

describe('refreshing a session', () => {
  test('replaces the used token by a new one, in the same session', async () => {
    const { id, session, call } = await member(accounts)
    const first = await accepted(refreshSession(accounts, session.refreshToken))
    expect(first.user.id).toBe(id)
    expect(callOf(first.session).caller.sessionId).toBe(call.caller.sessionId)
    const second = await accepted(refreshSession(accounts, first.session.refreshToken))
    expect(new Set([session, first.session, second.session].map(({ refreshToken }) => refreshToken)).size).toBe(3)
    expect(await sessions(id)).toBe(1)
  })

  test('is refused when it is done too often, and the token stays valid', async () => {
    const { session } = await member(accounts)
    const strict = rig.open({ limits: { refreshesPerSession: { times: 1, seconds: 60 } } })
    const first = await accepted(refreshSession(strict, session.refreshToken))
    expect(await refreshSession(strict, first.session.refreshToken)).toMatchObject(
      rejectedWith('TOO_MANY_ATTEMPTS', 'refreshToken'),
    )
    await accepted(refreshSession(accounts, first.session.refreshToken))
  })

  test('carries the roles that the account has now', async () => {
    const { id, session } = await member(accounts)
    await rig.database.account.update({ where: { userId: id }, data: { roles: ['moderator'] } })
    const refreshed = await accepted(refreshSession(accounts, session.refreshToken))
    expect(callOf(refreshed.session).caller.roles).toEqual(['moderator'])
  })

  test('with a used token ends that session, and no other', async () => {
    const { id, session, email, password } = await member(accounts)
    const other = await accepted(signIn(accounts, { email, password }, nobody))
    const first = await accepted(refreshSession(accounts, session.refreshToken))
    const second = await accepted(refreshSession(accounts, first.session.refreshToken))
    expect(await refreshSession(accounts, session.refreshToken)).toMatchObject(ended)
    expect(await refreshSession(accounts, second.session.refreshToken)).toMatchObject(ended)
    expect(await sessions(id)).toBe(1)
    await accepted(refreshSession(accounts, other.session.refreshToken))
  })

  test('never deadlocks with a concurrent end of all sessions', async () => {
    for (let n = 0; n < 5; n++) {
      const { id, session, password, call } = await member(accounts)
      const [, changed] = await Promise.all([
        refreshSession(accounts, session.refreshToken),
        accepted(changePassword(accounts, { currentPassword: password, newPassword: 'another one' }, call)),
      ])
      expect(await sessions(id)).toBe(1)
      await accepted(refreshSession(accounts, changed.session.refreshToken))
    }
  })

  test.each(['', 'x', '\0', 'A'.repeat(100_000)])('is refused for an invalid token', async (token) =>
    expect(await refreshSession(accounts, token)).toMatchObject(ended),
  )

  test('is refused when the session has expired', async () => {
    const { id, session } = await member(accounts)
    await rig.database.session.updateMany({ where: { userId: id }, data: { expiresAt: new Date() } })
    expect(await refreshSession(accounts, session.refreshToken)).toMatchObject(ended)
  })

  describe('uses the clock of the process,', () => {
    const days = (n: number) => n * 86_400_000
    const withClock = async <Result>(aheadMs: number, work: () => Promise<Result>): Promise<Result> => {
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + aheadMs })
      try {
        return await work()
      } finally {
        vi.useRealTimers()
      }
    }

    test('even when the clock of the database is far ahead', async () => {
      await withClock(-days(365), async () => {
        const { id, session } = await member(accounts)
        expect(await forgetExpiredSessions(rig.pool, 'write')).toBe(0)
        await accepted(refreshSession(accounts, session.refreshToken))
        expect(await sessions(id)).toBe(1)
      })
    })

    test('and the session ends by that clock', async () => {
      const { id, session } = await member(accounts)
      const { session: refreshed } = await withClock(days(30) - 60_000, () =>
        accepted(refreshSession(accounts, session.refreshToken)),
      )
      await withClock(days(30) + 60_000, async () => {
        expect(await refreshSession(accounts, refreshed.refreshToken)).toMatchObject(ended)
        await forgetExpiredSessions(rig.pool, 'write')
      })
      expect(await sessions(id)).toBe(0)
    })
  })

  test('stores one row for a session, however often it is refreshed, and no token', async () => {
    const { session, call } = await member(accounts)
    let token = session.refreshToken
    const given = [token]
    for (let n = 0; n < 5; n++) {
      token = (await accepted(refreshSession(accounts, token))).session.refreshToken
      given.push(token)
    }
    const rows = await rig.database.refreshToken.findMany({ where: { sessionId: call.caller.sessionId } })
    expect(rows).toEqual([
      { sessionId: call.caller.sessionId, hash: expect.anything(), rotatedAt: expect.any(Date), usedAt: null },
    ])
    const stored = Buffer.from(rows[0]?.hash ?? [])
    expect(stored).toHaveLength(32)
    for (const token of given) expect(Buffer.from(token, 'base64url').includes(stored)).toBe(false)
    // The first token is recognized all the same.
    expect(await refreshSession(accounts, session.refreshToken)).toMatchObject(ended)
    expect(await refreshSession(accounts, token)).toMatchObject(ended)
  })
})

test('every way to get a session says when it ends, and refreshing does not change that', async () => {
  const { session, call, email, password } = await member(accounts)
  const row = await rig.database.session.findUniqueOrThrow({ where: { id: call.caller.sessionId } })
  expect(session.endsAt).toEqual(row.expiresAt)
  expect((await accepted(refreshSession(accounts, session.refreshToken))).session.endsAt).toEqual(row.expiresAt)
  const signedIn = (await accepted(signIn(accounts, { email, password }, nobody))).session
  const input = { currentPassword: password, newPassword: 'another one' }
  const changed = (await accepted(changePassword(accounts, input, callOf(signedIn)))).session
  for (const { endsAt, refreshToken } of [signedIn, changed]) {
    expect(endsAt.getTime()).toBeGreaterThanOrEqual(row.expiresAt.getTime())
    expect(refreshToken).toBeTruthy()
  }
})

describe('signing out', () => {
  test("ends the caller's session, and no other", async () => {
    const { id, session, call, email, password } = await member(accounts)
    const other = await accepted(signIn(accounts, { email, password }, nobody))
    await accepted(signOut(accounts, call.caller))
    expect(await refreshSession(accounts, session.refreshToken)).toMatchObject(ended)
    await accepted(refreshSession(accounts, other.session.refreshToken))
    await accepted(signOut(accounts, call.caller))
    expect(await sessions(id)).toBe(1)
  })

  test('ends no session of anybody else', async () => {
    const [mine, theirs] = [await member(accounts), await member(accounts)]
    await accepted(signOut(accounts, { ...mine.call.caller, sessionId: theirs.call.caller.sessionId }))
    await accepted(signOut(accounts, { ...mine.call.caller, sessionId: null }))
    expect([await sessions(mine.id), await sessions(theirs.id)]).toEqual([1, 1])
  })

  test('is refused when nobody is signed in', async () =>
    expect(await signOut(accounts, null)).toMatchObject(rejectedWith('UNAUTHENTICATED')))
})
