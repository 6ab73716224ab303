import type { Prisma } from '#prisma/comments/write/generated/client.ts'
import type { PostReference } from './post-reference.ts'
import type { Comment } from './states.ts'

/** The write database of comments, within one transaction. */
export const createStore = (transaction: Prisma.TransactionClient) => {
  async function comment(id: string): Promise<Comment | undefined> {
    return (await transaction.comment.findUnique({ where: { id } })) ?? undefined
  }

  /** The reference to the post, which lags slightly behind the posts service. */
  async function postReference(id: string): Promise<PostReference | undefined> {
    const where = { id, version: { gt: 0 } }
    const select = { authorId: true, draft: true, hidden: true, deleted: true }
    return (await transaction.post.findFirst({ where, select })) ?? undefined
  }

  return {
    comment,
    postReference,

    /** Whether the account is known to be deleted, by a reference that lags slightly behind the users service. */
    isGone: async (userId: string): Promise<boolean> =>
      (await transaction.user.findFirst({ where: { id: userId, deleted: true }, select: { id: true } })) !== null,

    comments: (ids: readonly string[]): Promise<Comment[]> =>
      transaction.comment.findMany({ where: { id: { in: [...ids] } } }),

    /** A comment, and the reference to its post. */
    async commentOnPost(id: string): Promise<{ comment: Comment | undefined; post: PostReference | undefined }> {
      const found = await comment(id)
      return { comment: found, post: found && (await postReference(found.postId)) }
    },

    async saveComment(state: Comment, version: number): Promise<boolean> {
      const data = { ...state, ancestorIds: [...state.ancestorIds], version }
      if (state.version === 0) {
        await transaction.comment.create({ data })
        return true
      }
      const where = { id: state.id, version: state.version }
      const { count } = await transaction.comment.updateMany({ where, data })
      return count === 1
    },
  }
}

export type Store = ReturnType<typeof createStore>
