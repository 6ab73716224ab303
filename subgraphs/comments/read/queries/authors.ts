import { loader } from '#cqrs/graphql/loaders.ts'
import type { PrismaClient } from '#prisma/comments/read/generated/client.ts'

/** An author with the names that this service stores. */
type Author = { readonly id: string; readonly username: string; readonly fullName: string }

/** Shown as the author while the author is unknown, and after the account is deleted. */
export const anonymous = { username: 'unknown', fullName: 'Anonymous' } as const

/** Authors by id, batched, for comments that a command returned. An unknown author is the placeholder. */
export function authorsById(read: PrismaClient) {
  const known = loader<string, Author>(async (ids) => {
    const rows = await read.user.findMany({
      where: { id: { in: [...ids] }, version: { gt: 0 }, deleted: false },
      select: { id: true, username: true, fullName: true },
    })
    return new Map(rows.map((row) => [row.id, row]))
  })
  return async (id: string): Promise<Author> => (await known.load(id)) ?? { id, ...anonymous }
}
