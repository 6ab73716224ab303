import type { Prisma } from '#prisma/posts/write/generated/client.ts'
import type { Post } from './post.ts'

/** The write database of posts, within one transaction. */
export const createStore = (transaction: Prisma.TransactionClient) => ({
  async post(id: string): Promise<Post | undefined> {
    const row = await transaction.post.findUnique({ where: { id }, omit: { titleKey: true } })
    return row ?? undefined
  },

  async savePost(post: Post, version: number): Promise<boolean> {
    const data = { ...post, version, titleKey: post.deleted ? null : post.title }
    if (post.version === 0) {
      await transaction.post.create({ data })
      return true
    }
    const { count } = await transaction.post.updateMany({ where: { id: post.id, version: post.version }, data })
    return count === 1
  },
})

export type Store = ReturnType<typeof createStore>
