import { type ChildTable, childCounts, childPages } from '#cqrs/graphql/children.ts'
import { loader, loaderByArguments } from '#cqrs/graphql/loaders.ts'
import { type Connection, keyset, type PageArguments, readPage, toConnection } from '#cqrs/graphql/page.ts'
import type { Post, PrismaClient } from '#prisma/posts/read/generated/client.ts'

/** Posts by id, batched. Stubs and deleted ones are not there. */
export const postsById = (read: PrismaClient) =>
  loader<string, Post>(async (ids) => {
    const rows = await read.post.findMany({ where: { visible: true, id: { in: [...ids] } } })
    return new Map(rows.map((row) => [row.id, row]))
  })

export const postBySlug = (read: PrismaClient, slug: string): Promise<Post | null> =>
  read.post.findFirst({ where: { visible: true, slug } })

/** Posts, newest first; of one author when told. */
export async function listPosts(
  read: PrismaClient,
  args: PageArguments,
  authorId: string | undefined,
): Promise<Connection<Post>> {
  const page = readPage('posts', 'desc', args)
  const { where, ...order } = keyset(page)
  const listed = { visible: true, ...(authorId && { authorId }) }
  const rows = await read.post.findMany({ where: { ...listed, ...where }, ...order })
  return toConnection(page, rows, () => read.post.count({ where: listed }))
}

const table = (schema: string): ChildTable => ({
  schema,
  table: 'posts',
  parent: 'authorId',
  columns: ['id', 'version', 'authorId', 'title', 'slug', 'body', 'createdAt', 'updatedAt', 'commentsCount'],
})

/** Each of many users' posts, newest first: one statement, and one more where totalCount is asked. */
export function postsOfUsers(read: PrismaClient, schema: string) {
  const counts = loader<string, number>((users) => childCounts(read, table(schema), users))
  const pages = loaderByArguments((args: PageArguments) => {
    const page = readPage('posts', 'desc', args)
    return loader<string, readonly Post[]>((users) => childPages<Post>(read, table(schema), users, page))
  })
  return async (userId: string, args: PageArguments): Promise<Connection<Post>> =>
    toConnection(
      readPage('posts', 'desc', args),
      (await pages(args).load(userId)) ?? [],
      async () => (await counts.load(userId)) ?? 0,
    )
}
