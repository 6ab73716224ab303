import type { Caller } from '#cqrs/command/runner.ts'
import type { PrismaClient } from '#prisma/users/read/generated/client.ts'
import { followsOf } from './read/queries/follows.ts'
import { usersById } from './read/queries/users-by-id.ts'
import type { Accounts } from './write/accounts/accounts.ts'

/** State that the resolvers of one request share. */
export type Context = ReturnType<typeof createContext>

export const createContext = (accounts: Accounts, read: PrismaClient, readSchema: string, caller: Caller) => ({
  accounts,
  run: accounts.run,
  read,
  readSchema,
  caller,
  usersById: usersById(read),
  follows: followsOf(read, caller.actor),
})
