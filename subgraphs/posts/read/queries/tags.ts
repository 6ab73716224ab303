import { readSize } from '#cqrs/graphql/page.ts'
import type { PrismaClient } from '#prisma/posts/read/generated/client.ts'

/** How many tags are returned by default, and at most. */
const STANDARD = 20
const MOST = 100

/** Tags of published posts, most used first, then by name. @throws INVALID_INPUT when the size is out of bounds */
export async function tags(read: PrismaClient, first: number | null | undefined) {
  const rows = await read.tag.findMany({
    where: { postsCount: { gt: 0 } },
    orderBy: [{ postsCount: 'desc' }, { id: 'asc' }],
    take: readSize(first, 'first', STANDARD, MOST),
  })
  return rows.map(({ id, postsCount }) => ({ name: id, postsCount }))
}
