import type { Prisma } from '#prisma/posts/write/generated/client.ts'
import { favoriteId } from '../shared/favorite-id.ts'
import type { Favorite, Post } from './states.ts'

/** The write database of posts, within one transaction. */
export const createStore = (transaction: Prisma.TransactionClient) => {
  const post = async (id: string): Promise<Post | undefined> =>
    (await transaction.post.findUnique({ where: { id }, omit: { titleKey: true } })) ?? undefined

  const favorite = async (id: string): Promise<Favorite | undefined> =>
    (await transaction.favorite.findUnique({ where: { id } })) ?? undefined

  return {
    post,
    favorite,

    /** Whether the account is known to be deleted, by a reference that lags slightly behind the users service. */
    isGone: async (userId: string): Promise<boolean> =>
      (await transaction.user.findFirst({ where: { id: userId, deleted: true }, select: { id: true } })) !== null,

    posts: (ids: readonly string[]): Promise<Post[]> =>
      transaction.post.findMany({ where: { id: { in: [...ids] } }, omit: { titleKey: true } }),

    favorites: (ids: readonly string[]): Promise<Favorite[]> =>
      transaction.favorite.findMany({ where: { id: { in: [...ids] } } }),

    async holderOfTitle(authorId: string, title: string): Promise<{ id: string; name: string } | undefined> {
      const where = { authorId_titleKey: { authorId, titleKey: title } }
      const row = await transaction.post.findUnique({ where, select: { id: true } })
      return row ? { id: row.id, name: title } : undefined
    },

    /** A post, and this user's favorite of it if one ever existed, ended or not. */
    favoring: async (postId: string, userId: string | undefined) => ({
      post: await post(postId),
      favorite: userId === undefined ? undefined : await favorite(favoriteId(userId, postId)),
    }),

    async savePost(state: Post, version: number): Promise<boolean> {
      const data = {
        ...state,
        version,
        titleKey: state.deleted ? null : state.title,
        tags: [...state.tags],
        formerSlugs: [...state.formerSlugs],
      }
      if (state.version === 0) {
        await transaction.post.create({ data })
        return true
      }
      const { count } = await transaction.post.updateMany({ where: { id: state.id, version: state.version }, data })
      return count === 1
    },

    async saveFavorite(state: Favorite, version: number): Promise<boolean> {
      const data = { ...state, version }
      // The id is derived, so two first saves can collide. Treat that as a lost race, not as a violated index.
      const { count } =
        state.version === 0
          ? await transaction.favorite.createMany({ data, skipDuplicates: true })
          : await transaction.favorite.updateMany({ where: { id: state.id, version: state.version }, data })
      return count === 1
    },
  }
}

export type Store = ReturnType<typeof createStore>
