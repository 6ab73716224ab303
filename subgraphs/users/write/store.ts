import type { Prisma } from '#prisma/users/write/generated/client.ts'
import { createAccountStore } from './accounts/store.ts'
import type { Follow } from './follow.ts'
import type { User } from './user.ts'

/** The write database of users, within one transaction. */
export const createStore = (transaction: Prisma.TransactionClient) => ({
  ...createAccountStore(transaction),

  async user(id: string): Promise<User | undefined> {
    const row = await transaction.user.findUnique({ where: { id }, omit: { followsEnded: true } })
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

  follow: async (id: string): Promise<Follow | undefined> =>
    (await transaction.follow.findUnique({ where: { id } })) ?? undefined,

  /** How many a user follows now. */
  countFollowed: (followerId: string): Promise<number> =>
    transaction.follow.count({ where: { followerId, deleted: false } }),

  async saveFollow(follow: Follow, version: number): Promise<boolean> {
    const data = { ...follow, version }
    // Two at once may begin the same pair: the second has lost the race, and decides anew.
    const { count } =
      follow.version === 0
        ? await transaction.follow.createMany({ data, skipDuplicates: true })
        : await transaction.follow.updateMany({ where: { id: follow.id, version: follow.version }, data })
    return count === 1
  },
})

export type Store = ReturnType<typeof createStore>
