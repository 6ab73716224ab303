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
import { raw, sql, table } from '#toolkit/database/sql-template.ts'

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
