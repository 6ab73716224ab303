import pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { databaseSide } from '#infra/databases.ts'
import { ensureDatabase, migrate } from '#infra/migrations/migrate.ts'
import { favoriteId } from '../../subgraphs/posts/shared/favorite-id.ts'
import type { Send } from './lane.ts'
import type { Caller, MixName, Mutation } from './mix.ts'

/** As many connections as an api has: the default of pg, which Prisma's adapter uses. */
const CONNECTIONS = 10

type Query = (name: string, sql: string, values?: readonly unknown[]) => Promise<pg.QueryResult>
type Input = Readonly<Record<string, unknown>>
/** Loads and saves one aggregate. @returns its id, its version and the event's value */
type Change = (query: Query, input: Input, caller: Caller) => Promise<{ id: string; version: number; value: string }>

const post =
  '"authorId", title, "titleKey", slug, body, tags, draft, "publishedAt", "formerSlugs", hidden, "hiddenReason", "createdAt"'
const postColumns = `id, version, ${post}, "updatedAt", deleted`
const comment = '"postId", "authorId", body, "ancestorIds", hidden, "hiddenReason", "createdAt"'
const commentColumns = `id, version, ${comment}, "updatedAt", deleted`

const update = (table: string, columns: readonly string[]) =>
  `UPDATE ${table} SET version = version + 1, ${columns.map((column, n) => `"${column}" = $${n + 3}`).join(', ')}
   WHERE id = $1 AND version = $2`

/** The load and the save of each command, as its store sends them. */
const changes: Readonly<Record<Mutation['name'], Change>> = {
  async createPost(query, { title, body, tags }, { userId }) {
    const id = uuidv7()
    const now = new Date()
    await query(
      'create post',
      `INSERT INTO posts (${postColumns}) VALUES ($1, 1, $2, $3, $3, $4, $5, $6, false, $7, '{}', false, '', $7, $7, false)
       RETURNING ${postColumns}`,
      [id, userId, title, `bench-${id}`, body, tags, now],
    )
    return { id, version: 1, value: String(body) }
  },

  async updatePost(query, { id, body }) {
    const { rows } = await query('load post', `SELECT ${postColumns} FROM posts WHERE id = $1`, [id])
    const { version, ...found } = rows[0]
    const text = ['authorId', 'title', 'titleKey', 'slug', 'body', 'tags']
    const columns = [...text, 'draft', 'publishedAt', 'formerSlugs', 'hidden', 'hiddenReason']
    const state = { ...found, body, updatedAt: new Date() }
    const all = [...columns, 'createdAt', 'updatedAt', 'deleted']
    await query('update post', update('posts', all), [id, version, ...all.map((column) => state[column])])
    return { id: String(id), version: version + 1, value: String(body) }
  },

  async favoritePost(query, { id: postId }, { userId }) {
    const id = favoriteId(userId, String(postId))
    await query('load post', `SELECT ${postColumns} FROM posts WHERE id = $1`, [postId])
    await query('load favorite', 'SELECT * FROM favorites WHERE id = $1', [id])
    await query(
      'create favorite',
      `INSERT INTO favorites (id, version, "userId", "postId", "createdAt", "updatedAt", deleted)
       VALUES ($1, 1, $2, $3, $4, $4, false) ON CONFLICT DO NOTHING`,
      [id, userId, postId, new Date()],
    )
    return { id, version: 1, value: `${id}${userId}${String(postId)}` }
  },

  async createComment(query, { postId, body }, { userId }) {
    const id = uuidv7()
    await query('load reference', referenceOf, [postId])
    await query(
      'create comment',
      `INSERT INTO comments (${commentColumns}) VALUES ($1, 1, $2, $3, $4, '{}', false, '', $5, $5, false)
       RETURNING ${commentColumns}`,
      [id, postId, userId, body, new Date()],
    )
    return { id, version: 1, value: String(body) }
  },

  async editComment(query, { id, body }) {
    const { rows } = await query('load comment', `SELECT ${commentColumns} FROM comments WHERE id = $1`, [id])
    const { version, ...found } = rows[0]
    await query('load reference', referenceOf, [found.postId])
    const columns = ['postId', 'authorId', 'body', 'ancestorIds', 'hidden', 'hiddenReason', 'createdAt', 'updatedAt']
    const state = { ...found, body, updatedAt: new Date() }
    const all = [...columns, 'deleted']
    await query('update comment', update('comments', all), [id, version, ...all.map((column) => state[column])])
    return { id: String(id), version: version + 1, value: String(body) }
  },
}

const referenceOf = 'SELECT "authorId", draft, hidden, deleted FROM posts WHERE id = $1 AND version > 0'

export type Statements = { readonly send: Send; close(): Promise<void> }

/**
 * The statements of a command with an idempotency key, by pg alone: prepared, in the order of cqrs/command/runner.ts,
 * on the tables of the service's write database in a scratch database of the same server, dropped at the end.
 */
export async function openStatements(mix: MixName, serverUrl: string, callers: readonly Caller[]): Promise<Statements> {
  const side = databaseSide(mix, 'write')
  const name = `bench_commands_${mix}_${process.pid}`
  const url = await ensureDatabase(serverUrl, name)
  const pool = new pg.Pool({ connectionString: url, max: CONNECTIONS, options: `-c search_path=${side.schema}` })
  const close = async () => {
    await pool.end()
    const server = new pg.Client({ connectionString: serverUrl })
    await server.connect()
    await server.query(`DROP DATABASE ${name} WITH (FORCE)`)
    await server.end()
  }
  try {
    await migrate(side, url, side.schema)
    if (mix === 'comments')
      for (const { postId, userId } of callers)
        await pool.query('INSERT INTO posts (id, version, "authorId") VALUES ($1, 1, $2)', [postId, userId])
  } catch (error) {
    await close()
    throw error
  }
  return { send: createSend(pool), close }
}

const createSend =
  (pool: pg.Pool): Send =>
  async (mutation, input, caller) => {
    const client = await pool.connect()
    const query: Query = (name, text, values = []) => client.query({ name, text, values: [...values] })
    try {
      await client.query('BEGIN')
      await client.query('SET TRANSACTION ISOLATION LEVEL READ COMMITTED')
      const scope = `${mutation.name}:${caller.userId}`
      const key = uuidv7()
      await query('claim', claim, [scope, key, DIGEST])
      const { id, version, value } = await changes[mutation.name](query, input, caller)
      const event = [`blog.${mutation.node}s.v1`, id, version, `inkstream.${mutation.name}.v1`, uuidv7(), new Date()]
      await query('append to outbox', append, [...event, null, Buffer.from(value)])
      await query('complete', complete, [scope, key, id, version])
      await client.query('COMMIT')
      client.release()
      return id
    } catch (error) {
      client.release(true)
      throw error
    }
  }

const DIGEST = Buffer.alloc(32)

const claim = `INSERT INTO idempotency_key AS k (scope, key, digest) VALUES ($1, $2, $3)
  ON CONFLICT (scope, key) DO UPDATE SET digest = excluded.digest, "aggregateId" = NULL, version = NULL, "createdAt" = now()
  WHERE k."createdAt" < now() - interval '24 hours'`
const append = `INSERT INTO outbox (topic, key, version, type, "eventId", time, trace, value)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`
const complete = 'UPDATE idempotency_key SET "aggregateId" = $3, version = $4 WHERE scope = $1 AND key = $2'
