/** A user's state. The name of a deleted one is empty, and so is everything else that tells who it was. */
export type User = {
  readonly id: string
  readonly version: number
  readonly username: string
  readonly fullName: string
  readonly bio: string
  /** Empty when there is none. */
  readonly avatarUrl: string
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly deleted: boolean
}

/** That one user follows another: one for each pair that ever was, on or off. */
export type Follow = {
  readonly id: string
  readonly version: number
  readonly followerId: string
  readonly followeeId: string
  /** When it last began. */
  readonly createdAt: Date
  readonly updatedAt: Date
  /** Not any more. */
  readonly deleted: boolean
}
