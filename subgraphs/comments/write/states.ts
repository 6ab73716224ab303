/** A comment's state. A deleted comment keeps its place in the thread, and no text. */
export type Comment = {
  readonly id: string
  readonly version: number
  readonly postId: string
  readonly authorId: string
  /** Stored while the comment is hidden, but must not be shown then. */
  readonly body: string
  /** From the top of the thread; the last one is the parent. */
  readonly ancestorIds: readonly string[]
  readonly hidden: boolean
  /** Empty unless hidden. */
  readonly hiddenReason: string
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly deleted: boolean
}
