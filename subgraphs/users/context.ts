import type { Caller, RunCommand } from '#cqrs/command/runner.ts'
import type { PrismaClient } from '#prisma/users/read/generated/client.ts'
import { usersById } from './read/queries/users.ts'
import type { RejectionCode } from './write/rejections.ts'
import type { Store } from './write/store.ts'

/** What the resolvers of one request share. */
export type Context = ReturnType<typeof createContext>

export const createContext = (run: RunCommand<Store, RejectionCode>, read: PrismaClient, caller: Caller) => ({
  run,
  read,
  caller,
  usersById: usersById(read),
})
