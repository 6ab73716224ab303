import type { Account, Prisma, Session } from '#prisma/users/write/generated/client.ts'
import { emailKey, emailKeys } from './email-key.ts'
import type { RefreshToken } from './refresh-tokens.ts'
import type { NewSession } from './sessions.ts'

type LockedSession = Pick<Session, 'id' | 'userId' | 'expiresAt'>

/** The token that a session gave out last, and when it replaced another: null when it is the session's first. */
export type CurrentToken = { readonly hash: Uint8Array; readonly ageMs: number | null }

/**
 * Accounts and sessions, within one transaction. Rows are locked in this order, so that transactions cannot deadlock:
 * account, then sessions, then refresh tokens.
 */
export const createAccountStore = (transaction: Prisma.TransactionClient) => ({
  // Plain SQL: Prisma's error for an invalid argument quotes all arguments, and errors are logged.
  async openAccount(account: { userId: string; email: string; passwordHash: string }): Promise<void> {
    const { userId, email, passwordHash } = account
    await unquoted(
      transaction.$executeRaw`
        INSERT INTO "write".accounts ("userId", email, "emailKey", "passwordHash")
        VALUES (${userId}::uuid, ${email}, ${emailKey(email)}, ${passwordHash})`,
    )
  },

  /** Whether an account has the address, in any of its forms. */
  hasAddress: async (email: string): Promise<boolean> =>
    (await transaction.account.findFirst({
      where: { emailKey: { in: emailKeys(email) } },
      select: { userId: true },
    })) !== null,

  account: async (userId: string): Promise<Account | undefined> =>
    (await transaction.account.findUnique({ where: { userId } })) ?? undefined,

  /** The account. Its row stays locked until the transaction ends. */
  async lockAccount(userId: string): Promise<Account | undefined> {
    await transaction.$executeRaw`SELECT 1 FROM "write".accounts WHERE "userId" = ${userId}::uuid FOR NO KEY UPDATE`
    return (await transaction.account.findUnique({ where: { userId } })) ?? undefined
  },

  async changePasswordHash(userId: string, passwordHash: string): Promise<void> {
    await unquoted(
      transaction.$executeRaw`
        UPDATE "write".accounts SET "passwordHash" = ${passwordHash} WHERE "userId" = ${userId}::uuid`,
    )
  },

  async closeAccount(userId: string): Promise<void> {
    await transaction.account.deleteMany({ where: { userId } })
    await transaction.session.deleteMany({ where: { userId } })
  },

  async openSession(userId: string, { id, refresh, expiresAt }: NewSession): Promise<void> {
    await transaction.session.create({ data: { id, userId, expiresAt } })
    await transaction.refreshToken.create({ data: { hash: refresh.hash, sessionId: id } })
  },

  /**
   * The session whose current refresh token has one of these hashes, expired or not. Its row stays locked until the
   * transaction ends.
   */
  async lockSession(hash: Uint8Array, successorHash: Uint8Array): Promise<LockedSession | undefined> {
    const [session] = await transaction.$queryRaw<LockedSession[]>`
      SELECT s.id, s."userId", s."expiresAt"
      FROM "write".refresh_tokens t JOIN "write".sessions s ON s.id = t."sessionId"
      WHERE t.hash IN (${hash}, ${successorHash}) FOR UPDATE OF s`
    return session
  },

  /**
   * Which token of a locked session is current, read after the lock was had: another request may have replaced it while
   * this one waited. Its age is by the clock of the database, which also wrote `rotatedAt`.
   */
  async currentToken(sessionId: string): Promise<CurrentToken | undefined> {
    // The release before the previous one stored used tokens, with `usedAt`.
    const [current] = await transaction.$queryRaw<CurrentToken[]>`
      SELECT hash, (extract(epoch FROM clock_timestamp() - "rotatedAt") * 1000)::float8 AS "ageMs"
      FROM "write".refresh_tokens WHERE "sessionId" = ${sessionId}::uuid AND "usedAt" IS NULL`
    return current
  },

  /** Replaces the current refresh token of a locked session. */
  async rotate(current: Uint8Array<ArrayBuffer>, { hash }: RefreshToken): Promise<void> {
    await transaction.$executeRaw`
      UPDATE "write".refresh_tokens SET hash = ${hash}, "rotatedAt" = clock_timestamp() WHERE hash = ${current}`
  },

  async endSession(id: string): Promise<void> {
    await transaction.session.deleteMany({ where: { id } })
  },

  async endSessions(userId: string): Promise<void> {
    await transaction.session.deleteMany({ where: { userId } })
  },
})

/** PostgreSQL's error quotes a refused row. Such a row must not be logged with the error. */
async function unquoted(writing: PromiseLike<unknown>): Promise<void> {
  try {
    await writing
  } catch (error) {
    const { meta } = error as { meta?: { driverAdapterError?: { cause?: { detail?: string } } } }
    delete meta?.driverAdapterError?.cause?.detail
    throw error
  }
}
