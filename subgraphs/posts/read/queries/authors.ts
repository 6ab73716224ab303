import { loader } from '#cqrs/graphql/loaders.ts'
import type { PrismaClient } from '#prisma/posts/read/generated/client.ts'

/** What this service stores of an author. */
export type Author = {
  readonly id: string
  readonly username: string
  readonly fullName: string
  /** Null when there is none. */
  readonly avatarUrl: string | null
}

/** Shown as the author while the author is unknown, and after the account is deleted. */
export const anonymous = { username: 'unknown', fullName: 'Anonymous', avatarUrl: null } as const

/** The author, if a row of the read tables brought it: what a command returned has only the author's id. */
export function authorOf({ username, fullName, avatarUrl }: Partial<Author>, id: string): Author | undefined {
  if (username === undefined || fullName === undefined || avatarUrl === undefined) return undefined
  return { id, username, fullName, avatarUrl }
}

/** Authors by id, batched, for posts that a command returned. An unknown author is the placeholder. */
export function authorsById(read: PrismaClient) {
  const known = loader<string, Author>(async (ids) => {
    const rows = await read.user.findMany({
      where: { id: { in: [...ids] }, version: { gt: 0 }, deleted: false },
      select: { id: true, username: true, fullName: true, avatarUrl: true },
    })
    return new Map(rows.map((row) => [row.id, { ...row, avatarUrl: row.avatarUrl || null }]))
  })
  return async (id: string): Promise<Author> => (await known.load(id)) ?? { id, ...anonymous }
}
