import { createStore } from '../store.ts'
import { type Accounts, give, refuse, TRANSACTION } from './accounts.ts'
import { hashOf } from './refresh-tokens.ts'

/**
 * Exchanges a refresh token for a new access token and a new refresh token. A token that was used before ends its
 * session, because one of its two users must have stolen it. The second of two concurrent requests with the same token
 * counts as such a reuse. See RFC 9700, section 4.14.2. A token that this service did not issue ends nothing.
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
    // Compare by the clock that wrote `expiresAt`: the database's clock may differ.
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
