import { loader } from '#cqrs/graphql/loaders.ts'
import type { PrismaClient } from '#prisma/posts/read/generated/client.ts'
import { favoriteId } from '../../shared/favorite-id.ts'

/** Whether a user favors posts, batched. */
export const viewerFavorites = (read: PrismaClient, userId: string) =>
  loader<string, boolean>(async (posts) => {
    const ids = posts.map((postId) => favoriteId(userId, postId))
    const rows = await read.favorite.findMany({ where: { id: { in: ids }, active: true }, select: { postId: true } })
    return new Map(rows.flatMap(({ postId }) => (postId === null ? [] : [[postId, true] as const])))
  })
