import type { GatewayErrorCode } from '../error-catalogue.ts'
import { type AskUsers, nothing, type UsersAnswer } from './users.ts'

/** The access token did not reach users. */
const unverified = ['INVALID_TOKEN', 'AUTHENTICATION_UNAVAILABLE'] satisfies GatewayErrorCode[]

/** There is no such session any more, or no such account. */
const over = ['INVALID_SESSION', 'UNAUTHENTICATED']

/**
 * Ends a session by what is left of it: by its access token, or, when that has expired, by a new one that its refresh token
 * gets. @returns no errors when the session has ended, now or before
 */
export async function endSession(
  { access, refresh }: { readonly access: string | undefined; readonly refresh: string | undefined },
  users: AskUsers,
): Promise<UsersAnswer> {
  const byAccess = access === undefined ? undefined : await users.signOut(access)
  if (byAccess && !has(byAccess, unverified)) return unlessOver(byAccess)
  if (refresh === undefined) return byAccess ?? nothing
  const refreshed = await users.refresh(refresh)
  return unlessOver(refreshed.tokens ? await users.signOut(refreshed.tokens.accessToken) : refreshed)
}

const has = ({ errors }: UsersAnswer, codes: readonly string[]) => errors.some(({ code }) => codes.includes(code))

const unlessOver = (answer: UsersAnswer): UsersAnswer => (has(answer, over) ? nothing : answer)
