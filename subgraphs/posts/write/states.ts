/** A post's state. A deleted one has no title, slug, body, tags or former slugs. */
export type Post = {
  readonly id: string
  readonly version: number
  readonly authorId: string
  readonly title: string
  readonly slug: string
  readonly body: string
  /** At most 10, none twice. */
  readonly tags: readonly string[]
  /** Seen by its author alone. */
  readonly draft: boolean
  /** Null while it is a draft. */
  readonly publishedAt: Date | null
  /** Slugs that it had while it was published, oldest first, at most 100; never the one that it has. */
  readonly formerSlugs: readonly string[]
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly deleted: boolean
}

/** That a user favors a post; deleted when they do no longer. One for each pair, see favorite-id.ts. */
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
