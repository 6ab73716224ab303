/** A user's state. For a deleted user, the name and everything else that identifies them is empty. */
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

/** A follow of one user by another. One exists for each pair that ever had one, active or ended. */
export type Follow = {
  readonly id: string
  readonly version: number
  readonly followerId: string
  readonly followeeId: string
  /** When it last began. */
  readonly createdAt: Date
  readonly updatedAt: Date
  /** True after it ended. */
  readonly deleted: boolean
}
