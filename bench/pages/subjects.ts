import type pg from 'pg'
import { databaseSide } from '#infra/databases.ts'
import type { ServiceName } from '#subgraphs/services.ts'
import { createPool } from '#toolkit/database/connect.ts'
import { unbounded } from '#toolkit/database/settings.ts'
import { databaseUrl } from '../../ops/targets.ts'

/** The subjects of the queries: those with the most content. */
export type Subjects = {
  readonly author: string
  readonly commenter: string
  readonly follower: string
  readonly post: string
  readonly slug: string
  readonly thread: string
  readonly tag: string
  readonly username: string
  readonly posts: readonly string[]
  readonly users: readonly string[]
}

/** @throws when the system has no content */
export async function findSubjects(): Promise<Subjects> {
  const open = (service: ServiceName) =>
    createPool(databaseUrl(service, 'read'), {
      bounds: unbounded,
      max: 1,
      searchPath: databaseSide(service, 'read').schema,
    })
  const [users, posts, comments] = [open('users'), open('posts'), open('comments')]
  const all = async (pool: pg.Pool, sql: string): Promise<readonly string[]> =>
    (await pool.query<{ it: string }>(sql)).rows.map(({ it }) => it)
  const most = async (pool: pg.Pool, sql: string): Promise<string> => {
    const [found] = await all(pool, `${sql} LIMIT 1`)
    if (found === undefined) throw new Error('There is too little content to measure: npm run seed -- --posts 10000')
    return found
  }
  try {
    const author = await most(posts, `SELECT id AS it FROM users WHERE version > 0 ORDER BY "postsCount" DESC`)
    const post = await most(
      posts,
      `SELECT id AS it FROM post_counts JOIN posts USING (id) WHERE published ORDER BY "commentsCount" DESC`,
    )
    return {
      author,
      post,
      slug: await most(posts, `SELECT slug AS it FROM posts WHERE id = '${post}'`),
      tag: await most(posts, `SELECT id AS it FROM tags ORDER BY "postsCount" DESC`),
      follower: await most(
        posts,
        `SELECT "followerId" AS it FROM follows WHERE active GROUP BY 1 ORDER BY count(*) DESC`,
      ),
      commenter: await most(
        comments,
        `SELECT "authorId" AS it FROM comments WHERE visible GROUP BY 1 ORDER BY count(*) DESC`,
      ),
      thread: await most(comments, `SELECT id AS it FROM threads ORDER BY "descendantsCount" DESC`),
      username: await most(users, `SELECT username AS it FROM users WHERE id = '${author}'`),
      posts: await all(posts, `SELECT id AS it FROM posts WHERE published ORDER BY "publishedAt" DESC LIMIT 100`),
      users: await all(users, `SELECT id AS it FROM users WHERE version > 0 ORDER BY id DESC LIMIT 100`),
    }
  } finally {
    await Promise.all([users, posts, comments].map((pool) => pool.end()))
  }
}
