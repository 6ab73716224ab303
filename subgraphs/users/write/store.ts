import type { Prisma } from '#prisma/users/write/generated/client.ts'
import { createAccountStore } from './accounts/store.ts'
import type { Follow, User } from './states.ts'

/** The write database of users, within one transaction. */
export const createStore = (transaction: Prisma.TransactionClient) => ({
  ...createAccountStore(transaction),

  async user(id: string): Promise<User | undefined> {
    const row = await transaction.user.findUnique({ where: { id }, omit: { followsEnded: true } })
    return row ? { ...row, username: row.username ?? '' } : undefined
  },

  async users(ids: readonly string[]): Promise<User[]> {
    const rows = await transaction.user.findMany({ where: { id: { in: [...ids] } }, omit: { followsEnded: true } })
    return rows.map((row) => ({ ...row, username: row.username ?? '' }))
  },

  async holderOfName(username: string): Promise<{ id: string; name: string } | undefined> {
    const row = await transaction.user.findUnique({ where: { username }, select: { id: true } })
    return row ? { id: row.id, name: username } : undefined
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

  follows: (ids: readonly string[]): Promise<Follow[]> =>
    transaction.follow.findMany({ where: { id: { in: [...ids] } } }),

  /** How many users this user follows now. */
  countFollowed: (followerId: string): Promise<number> =>
    transaction.follow.count({ where: { followerId, deleted: false } }),

  async saveFollow(follow: Follow, version: number): Promise<boolean> {
    const data = { ...follow, version }
    // Two commands may create the same follow at once: the second loses the race and decides again.
    const { count } =
      follow.version === 0
        ? await transaction.follow.createMany({ data, skipDuplicates: true })
        : await transaction.follow.updateMany({ where: { id: follow.id, version: follow.version }, data })
    return count === 1
  },
})

export type Store = ReturnType<typeof createStore>
