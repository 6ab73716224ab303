import { loader } from '#cqrs/graphql/loaders.ts'
import type { PrismaClient } from '#prisma/posts/read/generated/client.ts'

/** How many posts each user has published, batched. */
export const postsCounts = (read: PrismaClient) =>
  loader<string, number>(async (users) => {
    const rows = await read.user.findMany({
      where: { id: { in: [...users] } },
      select: { id: true, postsCount: true },
    })
    return new Map(rows.map(({ id, postsCount }) => [id, postsCount]))
  })
