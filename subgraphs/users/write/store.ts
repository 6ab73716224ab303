import type { Prisma } from '#prisma/users/write/generated/client.ts'
import type { User } from './user.ts'

/** The write database of users, within one transaction. */
export const createStore = (transaction: Prisma.TransactionClient) => ({
  async user(id: string): Promise<User | undefined> {
    const row = await transaction.user.findUnique({ where: { id } })
    return row ? { ...row, username: row.username ?? '' } : undefined
  },

  async saveUser(user: User, version: number): Promise<boolean> {
    const data = { ...user, version, username: user.deleted ? null : user.username }
    if (user.version === 0) {
      await transaction.user.create({ data })
      return true
    }
    const { count } = await transaction.user.updateMany({ where: { id: user.id, version: user.version }, data })
    return count === 1
  },
})

export type Store = ReturnType<typeof createStore>
