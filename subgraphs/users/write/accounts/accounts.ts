import { isBulkheadRejectedError } from 'cockatiel'
import type { CommandError } from '#cqrs/command/command-error.ts'
import { type Rejection, reject } from '#cqrs/command/decision.ts'
import type { RunCommand } from '#cqrs/command/runner.ts'
import type { PrismaClient } from '#prisma/users/write/generated/client.ts'
import type { Store } from '../store.ts'
import type { AccessTokens } from '../tokens/access-tokens.ts'
import type { Passwords } from './passwords.ts'
import type { RefreshTokens } from './refresh-tokens.ts'
import { type AccountCode, rejections } from './rejections.ts'
import type { NewSession } from './sessions.ts'
import type { Throttle } from './throttle.ts'

export type LimitName =
  /** Of one account from one network. */
  | 'signInsPerAccount'
  /** Of one account from all networks together. */
  | 'signInsPerAccountInAll'
  | 'signInsPerAddress'
  | 'signUpsPerAddress'
  /** Password checks of a signed-in caller, in one session from one network. */
  | 'passwordsPerAccount'
  /** The same, in one session from all networks together. */
  | 'passwordsPerSession'
  | 'refreshesPerSession'

/** The dependencies of signing up, in and out. */
export type Accounts = {
  readonly database: PrismaClient
  readonly run: RunCommand<Store>
  readonly passwords: Passwords
  readonly throttle: Throttle<LimitName>
  readonly tokens: AccessTokens
  readonly refreshTokens: RefreshTokens
  /** How long a session lasts. */
  readonly sessionDays: number
}

/** A session as its owner receives it. */
export type GivenSession = {
  readonly accessToken: string
  /** When the access token expires. */
  readonly expiresAt: Date
  readonly refreshToken: string
  /** When the session itself expires, however often it is refreshed. */
  readonly endsAt: Date
}

export type Refused = { readonly status: 'rejected'; readonly errors: readonly CommandError<AccountCode>[] }

/** A rejection outside of a command. @param path names of input fields, outermost first */
export const refuse = (code: AccountCode, ...path: string[]): Refused => refuseBy(reject(code, ...path))

/** The same, from a rejection that may have its own message. */
export const refuseBy = ({ rejected: code, path, message }: Rejection<AccountCode>): Refused => ({
  status: 'rejected',
  errors: [{ code, message: message ?? rejections[code].message, path }],
})

/** An input field that breaks a rule. @param message the end of a sentence about the field */
export const refuseInput = (message: string, field: string): Refused => ({
  status: 'rejected',
  errors: [{ code: 'INVALID_INPUT', message, path: [field] }],
})

/** Whether the user was deleted. A user without a password is not: they came back with a restored backup. */
export const isGone = async ({ user }: Pick<PrismaClient, 'user'>, id: string): Promise<boolean> =>
  (await user.findFirst({ where: { id, deleted: true }, select: { id: true } })) !== null

/** Rejects with TOO_MANY_ATTEMPTS when too many passwords wait to be hashed. */
export async function unlessBusy<Result>(work: () => Promise<Result>): Promise<Result | Refused> {
  try {
    return await work()
  } catch (error) {
    if (isBulkheadRejectedError(error)) return refuse('TOO_MANY_ATTEMPTS')
    throw error
  }
}

/** Issues an access token for a session that was just opened or refreshed. */
export async function give(
  tokens: AccessTokens,
  userId: string,
  roles: readonly string[],
  { id: sessionId, refresh, expiresAt: endsAt }: NewSession,
): Promise<GivenSession> {
  return { ...(await tokens.issue({ userId, sessionId, roles })), refreshToken: refresh.token, endsAt }
}

export const TRANSACTION = { isolationLevel: 'ReadCommitted', timeout: 10_000, maxWait: 5_000 } as const
