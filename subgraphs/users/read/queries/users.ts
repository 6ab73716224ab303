import { loader } from '#cqrs/graphql/loaders.ts'
import { type Connection, keyset, type PageArguments, readPage, toConnection } from '#cqrs/graphql/page.ts'
import type { PrismaClient, User } from '#prisma/users/read/generated/client.ts'

/** A user whose own event has come and who is there. */
const there = { deleted: false, version: { gt: 0 } }

/** Users by id, batched. */
export const usersById = (read: PrismaClient) =>
  loader<string, User>(async (ids) => {
    const rows = await read.user.findMany({ where: { ...there, id: { in: [...ids] } } })
    return new Map(rows.map((row) => [row.id, row]))
  })

/** The latest claim wins: a name may have passed to another user whose event came first. */
export const userByUsername = (read: PrismaClient, username: string): Promise<User | null> =>
  read.user.findFirst({ where: { ...there, username }, orderBy: [{ updatedAt: 'desc' }, { id: 'desc' }] })

/** All users, newest first. */
export async function listUsers(read: PrismaClient, args: PageArguments): Promise<Connection<User>> {
  const page = readPage('users', 'desc', args)
  const { where, ...order } = keyset(page)
  const rows = await read.user.findMany({ where: { ...there, ...where }, ...order })
  return toConnection(page, rows, () => read.user.count({ where: there }))
}
