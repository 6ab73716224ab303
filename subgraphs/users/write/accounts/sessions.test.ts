import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { forgetExpiredSessions } from '../forget-expired.ts'
import { accepted, callerOf, createRig, nobody, type Rig, rejectedWith, somebody } from './accounts.fixture.ts'
import type { Accounts } from './accounts.ts'
import { changePassword } from './change-password.ts'
import { refreshSession } from './refresh-session.ts'
import { signIn } from './sign-in.ts'
import { signOut } from './sign-out.ts'
import { signUp } from './sign-up.ts'

let rig: Rig
let accounts: Accounts

beforeAll(async () => {
  rig = await createRig()
  accounts = rig.open()
})
afterAll(() => rig?.close())

/** Somebody with an account, signed in. */
async function member() {
  const input = somebody()
  const { user, session } = await accepted(signUp(accounts, input, nobody))
  if (!session) throw new Error('no session')
  return { ...input, id: user.id, session, caller: callerOf(session) }
}

const sessions = (userId: string) => rig.database.session.count({ where: { userId } })
const ended = rejectedWith('INVALID_SESSION', 'refreshToken')

describe('refreshing a session', () => {
  test('gives a new token for the one that it uses up, in the same session', async () => {
    const { id, session, caller } = await member()
    const first = await accepted(refreshSession(accounts, session.refreshToken))
    expect(first.user.id).toBe(id)
    expect(callerOf(first.session).actor.sessionId).toBe(caller.actor.sessionId)
    const second = await accepted(refreshSession(accounts, first.session.refreshToken))
    expect(new Set([session, first.session, second.session].map(({ refreshToken }) => refreshToken)).size).toBe(3)
    expect(await sessions(id)).toBe(1)
  })

  test('is refused when it is done too often, and the token stays good', async () => {
    const { session } = await member()
    const strict = rig.open({ limits: { refreshesPerSession: { times: 1, seconds: 60 } } })
    const first = await accepted(refreshSession(strict, session.refreshToken))
    expect(await refreshSession(strict, first.session.refreshToken)).toMatchObject(
      rejectedWith('TOO_MANY_ATTEMPTS', 'refreshToken'),
    )
    await accepted(refreshSession(accounts, first.session.refreshToken))
  })

  test('carries the roles that the account has now', async () => {
    const { id, session } = await member()
    await rig.database.account.update({ where: { userId: id }, data: { roles: ['moderator'] } })
    const refreshed = await accepted(refreshSession(accounts, session.refreshToken))
    expect(callerOf(refreshed.session).actor.roles).toEqual(['moderator'])
  })

  test('with a token that was used ends the session, and no other', async () => {
    const { id, session, email, password } = await member()
    const other = await accepted(signIn(accounts, { email, password }, nobody))
    const first = await accepted(refreshSession(accounts, session.refreshToken))
    const second = await accepted(refreshSession(accounts, first.session.refreshToken))
    expect(await refreshSession(accounts, session.refreshToken)).toMatchObject(ended)
    expect(await refreshSession(accounts, second.session.refreshToken)).toMatchObject(ended)
    expect(await sessions(id)).toBe(1)
    await accepted(refreshSession(accounts, other.session.refreshToken))
  })

  test('twice at once has one winner, and ends the session', async () => {
    for (let n = 0; n < 5; n++) {
      const { id, session } = await member()
      const outcomes = await Promise.all([1, 2, 3].map(() => refreshSession(accounts, session.refreshToken)))
      expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['accepted', 'rejected', 'rejected'])
      expect(await sessions(id)).toBe(0)
    }
  })

  test('at once with the end of all sessions deadlocks never', async () => {
    for (let n = 0; n < 5; n++) {
      const { id, session, password, caller } = await member()
      const [, changed] = await Promise.all([
        refreshSession(accounts, session.refreshToken),
        accepted(changePassword(accounts, { currentPassword: password, newPassword: 'another one' }, caller)),
      ])
      expect(await sessions(id)).toBe(1)
      await accepted(refreshSession(accounts, changed.session.refreshToken))
    }
  })

  test.each(['', 'x', '\0', 'A'.repeat(100_000)])('is refused for what is no token', async (token) =>
    expect(await refreshSession(accounts, token)).toMatchObject(ended),
  )

  test('is refused when the session has expired', async () => {
    const { id, session } = await member()
    await rig.database.session.updateMany({ where: { userId: id }, data: { expiresAt: new Date() } })
    expect(await refreshSession(accounts, session.refreshToken)).toMatchObject(ended)
  })

  describe('goes by the clock of the process,', () => {
    const days = (n: number) => n * 86_400_000
    const withClock = async <Result>(aheadMs: number, work: () => Promise<Result>): Promise<Result> => {
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + aheadMs })
      try {
        return await work()
      } finally {
        vi.useRealTimers()
      }
    }

    test('also when the database is far ahead of it', async () => {
      await withClock(-days(365), async () => {
        const { id, session } = await member()
        expect(await forgetExpiredSessions(rig.pool, 'write')).toBe(0)
        await accepted(refreshSession(accounts, session.refreshToken))
        expect(await sessions(id)).toBe(1)
      })
    })

    test('and ends when it says', async () => {
      const { id, session } = await member()
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

  test('stores no token', async () => {
    const { session, caller } = await member()
    const [row] = await rig.database.refreshToken.findMany({ where: { sessionId: caller.actor.sessionId } })
    expect(row?.hash).toHaveLength(32)
    expect(Buffer.from(row?.hash ?? []).toString('base64url')).not.toBe(session.refreshToken)
  })
})

describe('signing out', () => {
  test("ends the caller's session, and no other", async () => {
    const { id, session, caller, email, password } = await member()
    const other = await accepted(signIn(accounts, { email, password }, nobody))
    await accepted(signOut(accounts, caller.actor))
    expect(await refreshSession(accounts, session.refreshToken)).toMatchObject(ended)
    await accepted(refreshSession(accounts, other.session.refreshToken))
    await accepted(signOut(accounts, caller.actor))
    expect(await sessions(id)).toBe(1)
  })

  test('ends nobody else’s', async () => {
    const [mine, theirs] = [await member(), await member()]
    await accepted(signOut(accounts, { ...mine.caller.actor, sessionId: theirs.caller.actor.sessionId }))
    await accepted(signOut(accounts, { ...mine.caller.actor, sessionId: null }))
    expect([await sessions(mine.id), await sessions(theirs.id)]).toEqual([1, 1])
  })

  test('is refused to nobody', async () =>
    expect(await signOut(accounts, null)).toMatchObject(rejectedWith('UNAUTHENTICATED')))
})
