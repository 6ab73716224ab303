import type DataLoader from 'dataloader'
import { childConnections, parentId } from '#cqrs/graphql/children.ts'
import type { Sql } from '#toolkit/database/client.ts'
import { sql } from '#toolkit/database/sql-template.ts'
import { newestFirst, posts, published, type Reader, type SeenPost } from './seen-posts.ts'

/** The published posts of users, newest first. @param counts how many each user has */
export const postsOfUsers = (read: Sql, reader: Reader, counts: DataLoader<string, number | undefined>) =>
  childConnections<SeenPost>(read, {
    list: 'postsOfUser',
    order: newestFirst,
    source: posts(reader, sql`p."authorId" = ${parentId} AND ${published}`),
    counts: async (users) =>
      new Map(await Promise.all(users.map(async (id) => [id, (await counts.load(id)) ?? 0] as const))),
  })
