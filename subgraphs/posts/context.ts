import type { Caller, RunCommand } from '#cqrs/command/runner.ts'
import type { PrismaClient } from '#prisma/posts/read/generated/client.ts'
import { authorsById } from './read/queries/authors.ts'
import { latestComments } from './read/queries/latest-comments.ts'
import { postsById, postsOfUsers } from './read/queries/posts.ts'
import type { RejectionCode } from './write/rejections.ts'
import type { Store } from './write/store.ts'

/** What the resolvers of one request share. */
export type Context = ReturnType<typeof createContext>

export const createContext = (
  run: RunCommand<Store, RejectionCode>,
  read: PrismaClient,
  readSchema: string,
  caller: Caller,
) => ({
  run,
  read,
  caller,
  postsById: postsById(read),
  postsOfUsers: postsOfUsers(read, readSchema),
  authorsById: authorsById(read),
  latestComments: latestComments(read, readSchema),
})
