import type { Prisma } from '#prisma/comments/write/generated/client.ts'
import type { Comment } from './comment.ts'

/** The write database of comments, within one transaction. */
export const createStore = (transaction: Prisma.TransactionClient) => ({
  async comment(id: string): Promise<Comment | undefined> {
    return (await transaction.comment.findUnique({ where: { id } })) ?? undefined
  },

  /** What is known here of the post: a reference, which follows posts with a little delay. */
  async postReference(id: string): Promise<{ id: string; deleted: boolean } | undefined> {
    const where = { id, version: { gt: 0 } }
    return (await transaction.post.findFirst({ where, select: { id: true, deleted: true } })) ?? undefined
  },

  async saveComment(comment: Comment, version: number): Promise<boolean> {
    const data = { ...comment, version }
    if (comment.version === 0) {
      await transaction.comment.create({ data })
      return true
    }
    const where = { id: comment.id, version: comment.version }
    const { count } = await transaction.comment.updateMany({ where, data })
    return count === 1
  },
})

export type Store = ReturnType<typeof createStore>
