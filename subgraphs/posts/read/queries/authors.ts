import { loader } from '#cqrs/graphql/loaders.ts'
import type { PrismaClient } from '#prisma/posts/read/generated/client.ts'

/** An author as this service can name it. */
export type Author = { readonly id: string; readonly username: string; readonly fullName: string }

/** What content shows while its author is not known, and once its author is gone. */
export const placeholder = (id: string): Author => ({ id, username: 'unknown', fullName: 'Anonymous' })

/** Authors by id, batched. */
export const authorsById = (read: PrismaClient) =>
  loader<string, Author>(async (ids) => {
    const rows = await read.user.findMany({
      where: { id: { in: [...ids] }, version: { gt: 0 }, deleted: false },
      select: { id: true, username: true, fullName: true },
    })
    return new Map(rows.map((row) => [row.id, row]))
  })
