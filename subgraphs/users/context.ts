import type { PrismaClient } from '#prisma/users/read/generated/client.ts'
import type { Call } from '#toolkit/trust/caller.ts'
import { followersOf, followingOf } from './read/queries/follow-lists.ts'
import { followsOf } from './read/queries/follows.ts'
import { usersById } from './read/queries/users-by-id.ts'
import type { Accounts } from './write/accounts/accounts.ts'

/** State that the resolvers of one request share. */
export type Context = ReturnType<typeof createContext>

export function createContext(accounts: Accounts, read: PrismaClient, readSchema: string, call: Call) {
  const users = usersById(read)
  return {
    accounts,
    run: accounts.run,
    read,
    readSchema,
    call,
    usersById: users,
    follows: followsOf(read, call.caller),
    followers: followersOf(read, readSchema, users),
    following: followingOf(read, readSchema, users),
  }
}
