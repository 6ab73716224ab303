import { loader } from '#cqrs/graphql/loaders.ts'
import type { PrismaClient } from '#prisma/comments/read/generated/client.ts'

/** An author as this service can name it. */
export type Author = { readonly id: string; readonly username: string; readonly fullName: string }

/** What content is signed with while its author is not known, and once its author is gone. */
export const anonymous = { username: 'unknown', fullName: 'Anonymous' } as const

/** Authors by id, batched, for comments that were not read from the tables; the placeholder where there is none. */
export const authorsById = (read: PrismaClient) => {
  const known = loader<string, Author>(async (ids) => {
    const rows = await read.user.findMany({
      where: { id: { in: [...ids] }, version: { gt: 0 }, deleted: false },
      select: { id: true, username: true, fullName: true },
    })
    return new Map(rows.map((row) => [row.id, row]))
  })
  return async (id: string): Promise<Author> => (await known.load(id)) ?? { id, ...anonymous }
}
