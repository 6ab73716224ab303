import { ApolloServer } from '@apollo/server'
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled'
import { create, type MessageInitShape } from '@bufbuild/protobuf'
import { timestampFromMs } from '@bufbuild/protobuf/wkt'
import type { GraphQLSchema } from 'graphql'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CommentSchema } from '#contracts/events/gen/comments_pb.ts'
import { PostSchema } from '#contracts/events/gen/posts_pb.ts'
import { UserSchema } from '#contracts/events/gen/users_pb.ts'
import { topics } from '#contracts/topics.ts'
import { toRecord } from '#cqrs/broker/envelope.ts'
import { applyBatch } from '#cqrs/projection/apply.ts'
import { fedBy, type Model } from '#cqrs/projection/model.ts'
import { beginOffset, forgetOffsets } from '#cqrs/projection/offsets.ts'
import { PrismaClient as CommentsClient } from '#prisma/comments/read/generated/client.ts'
import { PrismaClient as PostsClient } from '#prisma/posts/read/generated/client.ts'
import { PrismaClient as UsersClient } from '#prisma/users/read/generated/client.ts'
import type { ServiceName } from '#subgraphs/services.ts'
import { prismaAdapter } from '#toolkit/database/prisma.ts'
import { createContext as commentsContext } from '../../subgraphs/comments/context.ts'
import { createSchema as commentsSchema } from '../../subgraphs/comments/schema.ts'
import { readModel as commentsModel } from '../../subgraphs/comments/wiring.ts'
import { createContext as postsContext } from '../../subgraphs/posts/context.ts'
import { createSchema as postsSchema } from '../../subgraphs/posts/schema.ts'
import { readModel as postsModel } from '../../subgraphs/posts/wiring.ts'
import { createContext as usersContext } from '../../subgraphs/users/context.ts'
import { createSchema as usersSchema } from '../../subgraphs/users/schema.ts'
import { readModel as usersModel } from '../../subgraphs/users/wiring.ts'
import { createTestDatabase } from '../support/databases.ts'

/** Events may arrive before those that they refer to: every arrival order ends in the same answers. */
type Event = { readonly topic: string; readonly key: string; readonly version: number; readonly value: Uint8Array }

const id = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`
const [ada, ben, first, second, comment] = [1, 2, 3, 4, 5].map(id) as [string, string, string, string, string]
const at = (ms: number) => ({ createdAt: timestampFromMs(1_000), updatedAt: timestampFromMs(1_000 + ms) })

const user = (version: number, state: MessageInitShape<typeof UserSchema> & { id: string }): Event => ({
  ...{ topic: topics.users.name, key: state.id, version },
  value: topics.users.encode(create(UserSchema, { fullName: `Name of ${state.username}`, ...state })),
})
const post = (version: number, state: MessageInitShape<typeof PostSchema> & { id: string }): Event => ({
  ...{ topic: topics.posts.name, key: state.id, version },
  value: topics.posts.encode(
    create(PostSchema, { authorId: ada, body: 'b', publishedAt: timestampFromMs(1), ...state }),
  ),
})

/** A username that passes to another user, a title that is freed and reused, and a comment on the first post. */
const namePasses = [
  user(1, { id: ada, username: 'ink', ...at(0) }),
  user(2, { id: ada, username: 'ink_before', ...at(10) }),
  user(1, { id: ben, username: 'ben', ...at(0) }),
  user(2, { id: ben, username: 'ink', ...at(20) }),
]
const titlePasses = [
  post(1, { id: first, title: 'On ink', slug: 'on-ink-3', tags: ['ink'], ...at(0) }),
  post(2, { id: first, title: 'Before', slug: 'before-3', tags: ['old'], formerSlugs: ['on-ink-3'], ...at(10) }),
  post(1, { id: second, title: 'On ink', slug: 'on-ink-4', tags: ['ink'], ...at(20) }),
]
const commented: Event = {
  ...{ topic: topics.comments.name, key: comment, version: 1 },
  value: topics.comments.encode(
    create(CommentSchema, { id: comment, postId: first, authorId: ada, body: 'c', ...at(5) }),
  ),
}
const named = user(1, { id: ada, username: 'ink', ...at(0) })

/** All permutations that keep the order of each key. */
function* orders(events: readonly Event[]): Generator<readonly Event[]> {
  if (events.length === 0) yield []
  for (const [n, event] of events.entries()) {
    if (events.slice(0, n).some(({ key }) => key === event.key)) continue
    for (const rest of orders(events.filter((other) => other !== event))) yield [event, ...rest]
  }
}

/** A service's read side on its own database. */
async function open(
  service: ServiceName,
  projections: Pick<Model, 'projections' | 'tables'>,
  schema: GraphQLSchema,
  contextFor: (url: string) => { client: { $disconnect(): Promise<void> }; context: () => object },
) {
  const database = await createTestDatabase(service, 'read')
  const pool = new pg.Pool({ connectionString: database.url, max: 1 })
  const model: Model = { schema: database.schema, ...projections }
  const { client, context } = contextFor(database.url)
  const server = new ApolloServer({ schema, plugins: [ApolloServerPluginInlineTraceDisabled()] })
  return {
    /** Empties the tables, then projects the events one by one. @throws when one is parked */
    async arrive(events: readonly Event[]): Promise<void> {
      for (const table of model.tables) await pool.query(`DELETE FROM ${model.schema}."${table}"`)
      await forgetOffsets(pool, model.schema)
      const next = new Map<string, bigint>()
      for (const event of events) {
        const fed = fedBy(model, event.topic, '')
        if (fed.projections.length === 0) continue
        const from = next.get(event.topic) ?? 0n
        const place = { topic: event.topic, partition: 0 }
        if (from === 0n) await beginOffset(pool, model.schema, place, { nextOffset: from, clusterId: 'none' })
        const { key, headers, value } = toRecord(
          { ...event, type: 'inkstream.any.changed.v1', eventId: event.key, time: new Date(0), trace: null },
          '/tests',
        )
        const records = [{ key: Buffer.from(key), headers, value, offset: from }]
        const applied = await applyBatch(pool, fed, { ...place, records }, { from, to: from + 1n })
        expect(applied).toMatchObject({ status: 'applied', poison: [] })
        next.set(event.topic, from + 1n)
      }
    },
    async ask(source: string): Promise<unknown> {
      const { body } = await server.executeOperation({ query: source }, { contextValue: context() })
      if (body.kind !== 'single') throw new Error('unreachable')
      expect(body.singleResult.errors).toBeUndefined()
      return JSON.parse(JSON.stringify(body.singleResult.data))
    },
    close: () => Promise.all([pool.end(), client.$disconnect(), server.stop()]),
  }
}

const noCommands = () => Promise.reject(new Error('a query runs no command'))
const call = { caller: null, address: null, trace: null }
type Side = Awaited<ReturnType<typeof open>>
let users: Side
let posts: Side
let comments: Side

beforeAll(async () => {
  users = await open('users', usersModel, usersSchema(), (url) => {
    const client = new UsersClient({ adapter: prismaAdapter(url, 'read_1') })
    return { client, context: () => usersContext({ run: noCommands } as never, client, 'read_1', call) }
  })
  posts = await open('posts', postsModel, postsSchema(), (url) => {
    const client = new PostsClient({ adapter: prismaAdapter(url, 'read_1') })
    return { client, context: () => postsContext(noCommands, client, () => client, 'read_1', call) }
  })
  comments = await open('comments', commentsModel, commentsSchema(), (url) => {
    const client = new CommentsClient({ adapter: prismaAdapter(url, 'read_1') })
    return { client, context: () => commentsContext(noCommands, client, 'read_1', call) }
  })
})
afterAll(() => Promise.all([users?.close(), posts?.close(), comments?.close()]))

const inEveryOrder =
  (events: readonly Event[], check: (told: string) => Promise<void>, side: () => Side) => async () => {
    const all = [...orders(events)]
    expect(all.length).toBeGreaterThan(5)
    for (const order of all) {
      await side().arrive(order)
      await check(order.map(({ topic, key, version }) => `${topic} ${key.slice(-1)} v${version}`).join(', '))
    }
  }

describe('in every arrival order', () => {
  test(
    'a username that passed to another user resolves to its current owner',
    inEveryOrder(
      namePasses,
      async (told) =>
        expect(
          await users.ask(
            '{ ink: userByUsername(username: "ink") { id } before: userByUsername(username: "ink_before") { id } ben: userByUsername(username: "ben") { id } }',
          ),
          told,
        ).toEqual({ ink: { id: ben }, before: { id: ada }, ben: null }),
      () => users,
    ),
  )

  test(
    'a title that was freed and reused is found at both posts, with its tags and its author’s new name',
    inEveryOrder(
      [...titlePasses, ...namePasses.slice(0, 2), commented],
      async (told) =>
        expect(
          await posts.ask(`{
            old: postBySlug(slug: "on-ink-3") { id title } new: postBySlug(slug: "on-ink-4") { id title }
            searchPosts(query: "ink") { nodes { id } } tags { name postsCount }
            post(id: "${first}") { author { username } commentsCount latestComments { body author { username } } } }`),
          told,
        ).toEqual({
          old: { id: first, title: 'Before' },
          new: { id: second, title: 'On ink' },
          searchPosts: { nodes: [{ id: second }] },
          tags: [
            { name: 'ink', postsCount: 1 },
            { name: 'old', postsCount: 1 },
          ],
          post: {
            author: { username: 'ink_before' },
            commentsCount: 1,
            latestComments: [{ body: 'c', author: { username: 'ink_before' } }],
          },
        }),
      () => posts,
    ),
    60_000,
  )

  test(
    'a comment that arrived before its post and its author is shown with their name',
    inEveryOrder(
      [commented, titlePasses[0] as Event, named],
      async (told) =>
        expect(
          await comments.ask(`{ comment(id: "${comment}") { body author { username } post { id } } }`),
          told,
        ).toEqual({ comment: { body: 'c', author: { username: 'ink' }, post: { id: first } } }),
      () => comments,
    ),
  )
})
