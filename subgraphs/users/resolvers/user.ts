import { isUuid } from '#cqrs/graphql/uuid.ts'
import type { UserResolvers } from '../generated/schema.ts'

/** For a user that a command returned, the counts come from the read table. */
export const user: UserResolvers = {
  __resolveReference: async ({ id }, { usersById }) =>
    isUuid(id) ? ((await usersById.load(id.toLowerCase())) ?? null) : null,

  followersCount: async ({ id, followersCount }, _, { usersById }) =>
    followersCount ?? (await usersById.load(id))?.followersCount ?? 0,

  followingCount: async ({ id, followingCount }, _, { usersById }) =>
    followingCount ?? (await usersById.load(id))?.followingCount ?? 0,

  viewerIsFollowing: ({ id, viewerIsFollowing }, _, { follows }) => viewerIsFollowing ?? follows(id),
}
