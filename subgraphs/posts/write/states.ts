/** A post's state. A deleted post has no title, slug, body, tags or former slugs. */
export type Post = {
  readonly id: string
  readonly version: number
  readonly authorId: string
  readonly title: string
  readonly slug: string
  readonly body: string
  /** At most 10, without duplicates. */
  readonly tags: readonly string[]
  /** Only its author sees a draft. */
  readonly draft: boolean
  /** Null while it is a draft. */
  readonly publishedAt: Date | null
  /** Earlier slugs from the time since it was published, oldest first, at most 100. Never the current one. */
  readonly formerSlugs: readonly string[]
  /** By a moderator. Only its author and moderators see a hidden post. */
  readonly hidden: boolean
  /** Empty unless hidden. */
  readonly hiddenReason: string
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly deleted: boolean
}

/** A user's favorite of a post; deleted when it ends. One for each pair, see favorite-id.ts. */
export type Favorite = {
  readonly id: string
  readonly version: number
  readonly userId: string
  readonly postId: string
  /** When it last began. */
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly deleted: boolean
}
