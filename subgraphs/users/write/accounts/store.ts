import type { Account, Prisma, Session } from '#prisma/users/write/generated/client.ts'
import { emailKey, emailKeys } from './email-key.ts'
import type { RefreshToken } from './refresh-tokens.ts'
import type { NewSession } from './sessions.ts'

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

  /** The session with this refresh token, expired or not. Its row stays locked until the transaction ends. */
  async lockSession(tokenHash: Uint8Array): Promise<Pick<Session, 'id' | 'userId' | 'expiresAt'> | undefined> {
    const [session] = await transaction.$queryRaw<Pick<Session, 'id' | 'userId' | 'expiresAt'>[]>`
      SELECT s.id, s."userId", s."expiresAt"
      FROM "write".refresh_tokens t JOIN "write".sessions s ON s.id = t."sessionId"
      WHERE t.hash = ${tokenHash} FOR UPDATE OF s`
    return session
  },

  /** Replaces a session's current refresh token. @returns false when it is no longer current */
  async rotate(current: Uint8Array<ArrayBuffer>, { hash }: RefreshToken): Promise<boolean> {
    // The previous release set `usedAt`: it stored used tokens.
    const { count } = await transaction.refreshToken.updateMany({
      where: { hash: current, usedAt: null },
      data: { hash },
    })
    return count > 0
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
