import { readdirSync, readFileSync } from 'node:fs'
import pg from 'pg'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { ensureDatabase } from '#infra/migrations/migrate.ts'
import { postId, userId } from '../states.fixture.ts'

const folder = new URL('../../../prisma/posts/read/migrations/', import.meta.url)
const [init = '', ...later] = readdirSync(folder)
  .sort()
  .filter((name) => name.endsWith('_init') || name.endsWith('_blog'))
  .map((name) => readFileSync(new URL(`${name}/migration.sql`, folder), 'utf8'))

let client: pg.Client
beforeAll(async () => {
  client = new pg.Client({ connectionString: await ensureDatabase(inject('postgresUrl'), 'posts_migrations') })
  await client.connect()
  await client.query(init)
  await client.query(
    `INSERT INTO posts (id, version, "authorId", title, "createdAt", visible, "commentsCount") VALUES
     ($1, 2, $4, 'Ink', '2026-01-01', true, 3), ($2, 1, $4, 'Paper', '2026-01-02', true, 0), ($3, 0, NULL, '', DEFAULT, false, 1)`,
    [postId(1), postId(2), postId(3), userId(1)],
  )
  for (const migration of later) await client.query(migration)
})
afterAll(() => client.end())

test('the counters of a post are moved to a table of their own, even if the post has not arrived yet', async () => {
  const { rows } = await client.query('SELECT * FROM post_counts ORDER BY id')
  expect(rows).toEqual([
    { id: postId(1), version: 0, commentsCount: 3, favoritesCount: 0 },
    { id: postId(3), version: 0, commentsCount: 1, favoritesCount: 0 },
  ])
})

test('posts older than drafts are published, counted and found', async () => {
  const { rows } = await client.query(
    `SELECT id, published, "publishedAt" = "createdAt" AS at, search @@ 'ink' AS found FROM posts ORDER BY id`,
  )
  expect(rows).toEqual([
    { id: postId(1), published: true, at: true, found: true },
    { id: postId(2), published: true, at: true, found: false },
  ])
  expect((await client.query('SELECT id, "postsCount" FROM users')).rows).toEqual([{ id: userId(1), postsCount: 2 }])
})
