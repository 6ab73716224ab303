import { childPages } from '#cqrs/graphql/children.ts'
import { invalidInput } from '#cqrs/graphql/errors.ts'
import { loader, loaderByArguments } from '#cqrs/graphql/loaders.ts'
import type { PrismaClient } from '#prisma/posts/read/generated/client.ts'

/** A comment as this service shows it below a post. */
export type Preview = {
  readonly id: string
  readonly body: string
  readonly createdAt: Date
  readonly authorId: string
}

/** How many comments a preview has unless told, and at most. */
const STANDARD = 3
const MOST = 10

/** Each of many posts' newest comments, by one statement. */
export function latestComments(read: PrismaClient, schema: string) {
  const table = { schema, table: 'comments', parent: 'postId', columns: ['id', 'body', 'createdAt', 'authorId'] }
  const previews = loaderByArguments((first: number) =>
    loader<string, readonly Preview[]>(async (posts) => {
      // childPages reads one more than the size, to know whether there are more; here it is not asked.
      const page = {
        list: 'latestComments',
        order: 'desc',
        backward: false,
        after: undefined,
        before: undefined,
      } as const
      return childPages<Preview>(read, table, posts, { ...page, size: first - 1 })
    }),
  )
  return async (postId: string, first: number | null | undefined): Promise<readonly Preview[]> => {
    const size = first ?? STANDARD
    if (size < 0 || size > MOST) throw invalidInput(`\`first\` must be 0 to ${MOST}; it was ${size}.`, 'first')
    return size === 0 ? [] : ((await previews(size).load(postId)) ?? [])
  }
}
