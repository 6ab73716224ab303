import { raw, sql, table } from '#cqrs/database/sql-template.ts'
import { loader } from '#cqrs/graphql/loaders.ts'
import {
  type Connection,
  countRows,
  type Order,
  type PageArguments,
  readPage,
  readRows,
  toConnection,
} from '#cqrs/graphql/page.ts'
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

/** Ids are UUIDv7: their order is that of creation. */
const newestFirst: Order = { direction: 'desc', by: [{ sql: raw('u.id'), type: 'uuid', field: 'id' }] }

/** All users, newest first. */
export async function listUsers(read: PrismaClient, schema: string, args: PageArguments): Promise<Connection<User>> {
  const page = readPage('users', newestFirst, args)
  const source = {
    columns: raw('u.*'),
    from: sql`${table(schema, 'users')} AS u`,
    where: raw('u.version > 0 AND NOT u.deleted'),
  }
  return toConnection(page, await readRows<User>(read, source, page), () => countRows(read, source))
}
