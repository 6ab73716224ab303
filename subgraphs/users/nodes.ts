import type { Connection } from '#cqrs/graphql/page.ts'

/** The parent object of User's resolvers: a row of the read table, or the state that a command just committed. */
export type UserNode = {
  readonly id: string
  readonly version: number
  readonly username: string
  readonly fullName: string
  readonly bio: string
  readonly avatarUrl: string
  readonly createdAt: Date
  readonly updatedAt: Date
  /** Set when it was read from the read table. */
  readonly followersCount?: number
  readonly followingCount?: number
  /** Set when a command has just changed it. */
  readonly viewerIsFollowing?: boolean
}

export type UserConnectionNode = Connection<UserNode>

/** Shown instead of a user whose account is deleted. */
const placeholder = { username: 'unknown', fullName: 'Anonymous' }

/** The node of a committed state. A repeated command can load an account that was deleted since. */
export const fromState = <State extends UserNode & { readonly deleted: boolean }>(state: State): UserNode =>
  state.deleted ? { ...state, ...placeholder } : state
