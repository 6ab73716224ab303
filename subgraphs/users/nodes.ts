import type { Connection } from '#cqrs/graphql/page.ts'

/** What the resolvers of User start from: a row of the read table, or the state that a command just committed. */
export type UserNode = {
  readonly id: string
  readonly version: number
  readonly username: string
  readonly fullName: string
  readonly bio: string
  readonly avatarUrl: string
  readonly createdAt: Date
  readonly updatedAt: Date
  /** Known where the read table was asked. */
  readonly followersCount?: number
  readonly followingCount?: number
  /** Known where a command just changed it. */
  readonly viewerIsFollowing?: boolean
}

export type UserConnectionNode = Connection<UserNode>

/** Instead of somebody whose account is gone. */
const placeholder = { username: 'unknown', fullName: 'Anonymous' }

/** A committed state as a node. A repeated command may meet an account that was deleted since. */
export const toNode = <State extends UserNode & { readonly deleted: boolean }>(state: State): UserNode =>
  state.deleted ? { ...state, ...placeholder } : state
