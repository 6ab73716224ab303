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
  /** Passwords that a signed-in caller gives again, in one session from one network. */
  | 'passwordsPerAccount'
  /** The same, in one session from all networks together. */
  | 'passwordsPerSession'
  | 'refreshesPerSession'

/** What signing up, in and out work with. */
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

/** A session as its owner gets it, once. */
export type GivenSession = { readonly accessToken: string; readonly expiresAt: Date; readonly refreshToken: string }

export type Refused = { readonly status: 'rejected'; readonly errors: readonly CommandError<AccountCode>[] }

/** A rejection outside of a command. @param path names of input fields, outermost first */
export const refuse = (code: AccountCode, ...path: string[]): Refused => refuseBy(reject(code, ...path))

/** The same, by a rejection that has a sentence of its own. */
export const refuseBy = ({ rejected: code, path, message }: Rejection<AccountCode>): Refused => ({
  status: 'rejected',
  errors: [{ code, message: message ?? rejections[code].message, path }],
})

/** An input field that breaks a rule. @param message the end of a sentence about the field */
export const refuseInput = (message: string, field: string): Refused => ({
  status: 'rejected',
  errors: [{ code: 'INVALID_INPUT', message, path: [field] }],
})

/** Whether an account was deleted. One without a password is there: it came back with a backup. */
export const isGone = async ({ user }: Pick<PrismaClient, 'user'>, id: string): Promise<boolean> =>
  (await user.findFirst({ where: { id, deleted: true }, select: { id: true } })) !== null

/** Says no when more passwords wait to be hashed than should. */
export async function unlessBusy<Result>(work: () => Promise<Result>): Promise<Result | Refused> {
  try {
    return await work()
  } catch (error) {
    if (isBulkheadRejectedError(error)) return refuse('TOO_MANY_ATTEMPTS')
    throw error
  }
}

/** A session that was just opened, or refreshed, with an access token. */
export async function give(
  tokens: AccessTokens,
  userId: string,
  roles: readonly string[],
  { id: sessionId, refresh }: Pick<NewSession, 'id' | 'refresh'>,
): Promise<GivenSession> {
  return { ...(await tokens.issue({ userId, sessionId, roles })), refreshToken: refresh.token }
}

export const TRANSACTION = { isolationLevel: 'ReadCommitted', timeout: 10_000, maxWait: 5_000 } as const
