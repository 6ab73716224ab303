import type { RunCommand } from '#cqrs/command/runner.ts'
import type { PrismaClient } from '#prisma/comments/read/generated/client.ts'
import type { Call } from '#toolkit/trust/caller.ts'
import { authorsById } from './read/queries/authors.ts'
import { commentsById } from './read/queries/comments-by-id.ts'
import { commentsOfPosts } from './read/queries/comments-of-posts.ts'
import { commentsOfUsers } from './read/queries/comments-of-users.ts'
import { listComments } from './read/queries/list-comments.ts'
import { repliesOfComments } from './read/queries/replies-of-comments.ts'
import { threadsOfPosts } from './read/queries/threads-of-posts.ts'
import { isModerator } from './shared/roles.ts'
import type { Store } from './write/store.ts'

/** State that the resolvers of one request share. */
export type Context = ReturnType<typeof createContext>

export function createContext(run: RunCommand<Store>, read: PrismaClient, readSchema: string, call: Call) {
  const reader = {
    schema: readSchema,
    userId: call.caller?.userId ?? null,
    moderator: isModerator(call.caller),
  }
  return {
    run,
    call,
    commentsById: commentsById(read, reader),
    commentsOfPosts: commentsOfPosts(read, reader),
    commentsOfUsers: commentsOfUsers(read, reader),
    repliesOfComments: repliesOfComments(read, reader),
    threadsOfPosts: threadsOfPosts(read, reader),
    authorsById: authorsById(read),
    listComments: listComments.bind(undefined, read, reader),
  }
}
