import { createStore } from '../store.ts'
import { type Accounts, give, refuse, TRANSACTION } from './accounts.ts'
import { hashOf } from './refresh-tokens.ts'

/**
 * A new access token and a new refresh token for one that is used up by it. One that was used already ends its
 * session: either the one who used it or the one who comes now had it from the other. Of two equal requests at once
 * the second counts as that. After RFC 9700, section 4.14.2. What is not a token of ours ends nothing.
 */
export async function refreshSession(accounts: Accounts, refreshToken: string) {
  const { database, throttle, tokens, refreshTokens } = accounts
  const current = hashOf(refreshToken)
  const found = await database.$transaction(async (transaction) => {
    const store = createStore(transaction)
    const session = await store.lockSession(current)
    if (!session) {
      const reused = refreshTokens.sessionOf(refreshToken)
      if (reused) await store.endSession(reused)
      return undefined
    }
    // By the clock that its end was written by: the database's may differ.
    if (session.expiresAt <= new Date()) return undefined
    if (!(await throttle.attempt('refreshesPerSession', session.id))) return 'too often'
    const refresh = refreshTokens.make(session.id)
    if (!(await store.rotate(current, refresh))) {
      await store.endSession(session.id)
      return undefined
    }
    const account = await store.account(session.userId)
    const user = await store.user(session.userId)
    return account && user && { id: session.id, user, roles: account.roles, refresh }
  }, TRANSACTION)
  if (found === 'too often') return refuse('TOO_MANY_ATTEMPTS', 'refreshToken')
  if (!found) return refuse('INVALID_SESSION', 'refreshToken')
  const { id, user, roles, refresh } = found
  return { status: 'accepted', user, session: await give(tokens, user.id, roles, { id, refresh }) } as const
}
