import type { Connection } from '#cqrs/graphql/page.ts'

/** What the resolvers of User start from: a row of the read table, or the state that a command just committed. */
export type UserNode = {
  readonly id: string
  readonly version: number
  readonly username: string
  readonly fullName: string
  readonly bio: string
  readonly createdAt: Date
  readonly updatedAt: Date
}

export type UserConnectionNode = Connection<UserNode>
