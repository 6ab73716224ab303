import { createStore } from '../store.ts'
import { type Accounts, give, refuse, TRANSACTION } from './accounts.ts'
import { hashOf } from './refresh-tokens.ts'
import { useOf } from './token-use.ts'

/**
 * Exchanges a refresh token for a new access token and a new refresh token. For 30 seconds, and until the new refresh
 * token is used, the old one gets the same new one again. After that it ends its session, because one of its two users
 * must have stolen it. See RFC 9700, section 4.14.2. A token that this service did not issue ends nothing.
 */
export async function refreshSession(accounts: Accounts, refreshToken: string) {
  const { database, throttle, tokens, refreshTokens } = accounts
  const presented = hashOf(refreshToken)
  const issuedFor = refreshTokens.sessionOf(refreshToken)
  const successor = issuedFor === undefined ? undefined : refreshTokens.successorOf(refreshToken, issuedFor)
  const found = await database.$transaction(async (transaction) => {
    const store = createStore(transaction)
    const session = await store.lockSession(presented, successor?.hash ?? presented)
    if (!session) {
      if (issuedFor !== undefined) await store.endSession(issuedFor)
      return undefined
    }
    // Compare by the clock that wrote `expiresAt`: the database's clock may differ.
    if (session.expiresAt <= new Date()) return undefined
    const current = await store.currentToken(session.id)
    // A token of an earlier release, or of another SIGNING_KEY_SECRET, does not say its session.
    const refresh = successor ?? refreshTokens.successorOf(refreshToken, session.id)
    const use = current && useOf(presented, refresh, current)
    if (!use || use === 'reused') {
      await store.endSession(session.id)
      return undefined
    }
    if (use === 'current') {
      // A repetition is not counted: tabs that refresh at once would use up the attempts of their session.
      if (!(await throttle.attempt('refreshesPerSession', session.id))) return 'too often'
      await store.rotate(presented, refresh)
    }
    const account = await store.account(session.userId)
    const user = await store.user(session.userId)
    return account && user && { user, roles: account.roles, session: { ...session, refresh } }
  }, TRANSACTION)
  if (found === 'too often') return refuse('TOO_MANY_ATTEMPTS', 'refreshToken')
  if (!found) return refuse('INVALID_SESSION', 'refreshToken')
  const { user, roles, session } = found
  return { status: 'accepted', user, session: await give(tokens, user.id, roles, session) } as const
}
