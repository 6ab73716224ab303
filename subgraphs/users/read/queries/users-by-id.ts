import { loader } from '#cqrs/graphql/loaders.ts'
import type { PrismaClient, User } from '#prisma/users/read/generated/client.ts'
import { there } from './there.ts'

/** Users by id, batched. */
export const usersById = (read: PrismaClient) =>
  loader<string, User>(async (ids) => {
    const rows = await read.user.findMany({ where: { ...there, id: { in: [...ids] } } })
    return new Map(rows.map((row) => [row.id, row]))
  })
