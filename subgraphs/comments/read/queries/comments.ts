import { type ChildTable, childCounts, childPages } from '#cqrs/graphql/children.ts'
import { loader, loaderByArguments } from '#cqrs/graphql/loaders.ts'
import { type Connection, type PageArguments, readPage, toConnection } from '#cqrs/graphql/page.ts'
import type { Comment, PrismaClient } from '#prisma/comments/read/generated/client.ts'

/** Comments by id, batched. */
export const commentsById = (read: PrismaClient) =>
  loader<string, Comment>(async (ids) => {
    const rows = await read.comment.findMany({ where: { visible: true, id: { in: [...ids] } } })
    return new Map(rows.map((row) => [row.id, row]))
  })

const columns = ['id', 'version', 'postId', 'authorId', 'body', 'createdAt', 'updatedAt']

/** Each of many posts' comments, oldest first. */
export const commentsOfPosts = (read: PrismaClient, schema: string) =>
  commentsOf(read, { schema, table: 'comments', parent: 'postId', columns }, 'commentsOfPost', 'asc')

/** Each of many users' comments, newest first. */
export const commentsOfUsers = (read: PrismaClient, schema: string) =>
  commentsOf(read, { schema, table: 'comments', parent: 'authorId', columns }, 'commentsOfUser', 'desc')

/** One statement for a fetch, and one more where totalCount is asked. */
function commentsOf(read: PrismaClient, table: ChildTable, list: string, order: 'asc' | 'desc') {
  const counts = loader<string, number>((parents) => childCounts(read, table, parents))
  const pages = loaderByArguments((args: PageArguments) => {
    const page = readPage(list, order, args)
    return loader<string, readonly Comment[]>((parents) => childPages<Comment>(read, table, parents, page))
  })
  return async (parent: string, args: PageArguments): Promise<Connection<Comment>> =>
    toConnection(
      readPage(list, order, args),
      (await pages(args).load(parent)) ?? [],
      async () => (await counts.load(parent)) ?? 0,
    )
}
