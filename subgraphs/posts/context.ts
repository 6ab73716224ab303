import type { RunCommand } from '#cqrs/command/runner.ts'
import type { ExpensiveReads } from '#cqrs/graphql/expensive-reads.ts'
import type { PrismaClient } from '#prisma/posts/read/generated/client.ts'
import type { Call } from '#toolkit/trust/caller.ts'
import { authorsById } from './read/queries/authors.ts'
import { latestComments } from './read/queries/latest-comments.ts'
import { postsById } from './read/queries/posts-by-id.ts'
import { postsCounts } from './read/queries/posts-counts.ts'
import { postsOfUsers } from './read/queries/posts-of-users.ts'
import { viewerFavorites } from './read/queries/viewer-favorites.ts'
import { isModerator } from './shared/roles.ts'
import type { Store } from './write/store.ts'

/** State that the resolvers of one request share. */
export type Context = ReturnType<typeof createContext>

export function createContext(
  run: RunCommand<Store>,
  read: PrismaClient,
  /** A pool for searches alone, so that they do not take the connections of other reads. */
  searches: ExpensiveReads,
  readSchema: string,
  call: Call,
) {
  const userId = call.caller?.userId ?? null
  const reader = { schema: readSchema, userId, moderator: isModerator(call.caller) }
  const counts = postsCounts(read)
  return {
    run,
    read,
    searches: searches(),
    reader,
    call,
    postsById: postsById(read, reader),
    postsCounts: counts,
    postsOfUsers: postsOfUsers(read, reader, counts),
    authorsById: authorsById(read),
    latestComments: latestComments(read, reader),
    /** Null when nobody is signed in. */
    viewerFavorites: userId === null ? null : viewerFavorites(read, userId),
  }
}
