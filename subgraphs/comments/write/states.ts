/** A comment's state. A deleted one keeps its place in the thread and nothing that was written. */
export type Comment = {
  readonly id: string
  readonly version: number
  readonly postId: string
  readonly authorId: string
  /** Kept while it is hidden; not to be shown then. */
  readonly body: string
  /** The comments above it, from the top; the last is the one that it answers. */
  readonly ancestorIds: readonly string[]
  readonly hidden: boolean
  /** Empty unless hidden. */
  readonly hiddenReason: string
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly deleted: boolean
}
