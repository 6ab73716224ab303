import type { Caller, RunCommand } from '#cqrs/command/runner.ts'
import type { PrismaClient } from '#prisma/comments/read/generated/client.ts'
import { authorsById } from './read/queries/authors.ts'
import { commentsById, commentsOfPosts, commentsOfUsers } from './read/queries/comments.ts'
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
  caller,
  commentsById: commentsById(read),
  commentsOfPosts: commentsOfPosts(read, readSchema),
  commentsOfUsers: commentsOfUsers(read, readSchema),
  authorsById: authorsById(read),
})
