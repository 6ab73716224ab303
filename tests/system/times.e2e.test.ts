import { randomUUID } from 'node:crypto'
import { timestampFromMs } from '@bufbuild/protobuf/wkt'
import { decodeJwt } from 'jose'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest'
import { topics } from '#contracts/topics.ts'
import { useSubgraph } from '../../subgraphs/comments/subgraph.fixture.ts'
import * as world from '../../subgraphs/comments/world.fixture.ts'
import * as states from '../../subgraphs/posts/states.fixture.ts'
import { openSubgraph } from '../../subgraphs/posts/subgraph.fixture.ts'
import {
  accepted,
  createRig,
  nobody,
  type Rig,
  somebody,
} from '../../subgraphs/users/write/accounts/accounts.fixture.ts'
import { refreshSession } from '../../subgraphs/users/write/accounts/refresh-session.ts'
import { signUp as openAccount } from '../../subgraphs/users/write/accounts/sign-up.ts'
import { expectTablesToEqualFold } from '../support/fold-equals-tables.ts'
import { foreignSettings } from '../support/foreign-settings.ts'
import { type Person, signUp } from '../support/sign-up.ts'
import { type Stack, startStack } from '../support/stack.ts'

const COUNT = 60
const newestFirst = Array.from({ length: COUNT }, (_, n) => COUNT - n)

type Connection = {
  readonly nodes: readonly { readonly id: string }[]
  readonly pageInfo: {
    readonly hasNextPage: boolean
    readonly hasPreviousPage: boolean
    readonly startCursor: string | null
    readonly endCursor: string | null
  }
}
type Ends = { first?: number; after?: string | null; last?: number; before?: string | null }
type Read = (ends: Ends) => Promise<Connection>

const page = 'nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }'
const ends = '$first: Int, $after: String, $last: Int, $before: String'
const bothWays = 'first: $first, after: $after, last: $last, before: $before'

/** Reads a list, three nodes at a time. @returns the numbers in the ids, in list order */
async function walk(read: Read, backward = false): Promise<readonly number[]> {
  const found: number[] = []
  for (let at: string | null = null, pages = 0; pages < COUNT; pages++) {
    const { nodes, pageInfo } = await read(backward ? { last: 3, before: at } : { first: 3, after: at })
    const numbers = nodes.map(({ id }) => Number(id.slice(-12)))
    if (backward) found.unshift(...numbers)
    else found.push(...numbers)
    if (!(backward ? pageInfo.hasPreviousPage : pageInfo.hasNextPage)) return found
    at = backward ? pageInfo.startCursor : pageInfo.endCursor
  }
  throw new Error(`the walk does not end: ${found.join(' ')}`)
}

/** Allows for a busy machine, but not for a wrong time zone: every zone of these tests is hours away from UTC. */
const aboutNow = (time: unknown) => Math.abs(Date.parse(String(time)) - Date.now()) < 120_000

test('the tests and PostgreSQL run in different time zones, neither of them UTC', async () => {
  expect(Intl.DateTimeFormat().resolvedOptions().timeZone).toBe('America/St_Johns')
  const client = new pg.Client({ connectionString: inject('postgresUrl') })
  await client.connect()
  expect((await client.query('SHOW TimeZone')).rows).toEqual([{ TimeZone: 'Asia/Kathmandu' }])
  await client.end()
})

describe.each(['Asia/Kathmandu', 'America/Los_Angeles', 'Pacific/Kiritimati'])('with a database in %s', (TimeZone) => {
  describe('paging returns each node once, for', () => {
    let posts: Awaited<ReturnType<typeof openSubgraph>>
    beforeAll(async () => {
      posts = await openSubgraph({ TimeZone })
      await posts.project(topics.users, states.user(1, 'ada'), states.user(2, 'grace'))
      await posts.project(topics.follows, states.follow(2, 1))
      await posts.project(topics.posts, ...newestFirst.map((n) => states.post(n, 1)))
      await posts.project(topics.posts, ...newestFirst.map((n) => states.post(1_000 + n, 2, { draft: true })))
    })
    afterAll(() => posts?.close())

    const list =
      (query: string, variables: Record<string, unknown> = {}): Read =>
      async (ends) => {
        const { data, errors } = await posts.ask(query, { ...variables, ...ends }, 2)
        expect(errors).toEqual([])
        return data.it ?? data.of[0].it
      }
    const lists: readonly (readonly [string, readonly number[], boolean, Read])[] = [
      ['posts', newestFirst, true, list(`query(${ends}) { it: posts(${bothWays}) { ${page} } }`)],
      [
        'posts of a user',
        newestFirst,
        true,
        list(
          `query(${ends}, $r: [_Any!]!) { of: _entities(representations: $r) { ... on User { it: posts(${bothWays}) { ${page} } } } }`,
          {
            r: [{ __typename: 'User', id: states.userId(1) }],
          },
        ),
      ],
      [
        'the feed',
        newestFirst,
        false,
        list(`query($first: Int, $after: String) { it: feed(first: $first, after: $after) { ${page} } }`),
      ],
      [
        'drafts',
        newestFirst.map((n) => 1_000 + n),
        false,
        list(`query($first: Int, $after: String) { it: drafts(first: $first, after: $after) { ${page} } }`),
      ],
    ]
    test.each(lists)('%s', async (_, expected, alsoBackward, read) => {
      expect(await walk(read)).toEqual(expected)
      if (alsoBackward) expect(await walk(read, true)).toEqual(expected)
    })

    describe('comments', () => {
      const { project, ask } = useSubgraph({ TimeZone })
      beforeAll(async () => {
        await project(world.user(1), world.user(2), world.post(1))
        const minute = (n: number) => timestampFromMs(Date.UTC(2026, 2, 8, 9, n)) // DST starts in Los Angeles
        await project(...newestFirst.map((n) => world.comment(n, { createdAt: minute(n), updatedAt: minute(n) })))
      })

      test.each([
        ['of a post', 'Post', world.postId(1), newestFirst.toReversed()],
        ['of a user', 'User', world.userId(2), newestFirst],
      ])('%s', async (_, __typename, id, expected) => {
        const read: Read = async (ends) => {
          const { data, errors } = await ask(query, { ...ends, r: [{ __typename, id }] })
          expect(errors).toBeUndefined()
          return data._entities[0].comments
        }
        const query = `query(${ends}, $r: [_Any!]!) {
          _entities(representations: $r) { ... on ${__typename} { comments(${bothWays}) { ${page} } } } }`
        expect(await walk(read)).toEqual(expected)
        expect(await walk(read, true)).toEqual(expected)
      })
    })
  })

  describe('a session', () => {
    let rig: Rig
    beforeAll(async () => {
      rig = await createRig({ TimeZone })
    })
    afterAll(() => rig?.close())

    test('lasts until its expiresAt, and no longer', async () => {
      const seconds = 4
      const accounts = { ...rig.open(), sessionDays: seconds / 86_400 }
      const began = performance.now()
      const { user, session } = await accepted(openAccount(accounts, somebody(), nobody))
      const { expiresAt } = await rig.database.session.findFirstOrThrow({ where: { userId: user.id } })
      expect(aboutNow(expiresAt)).toBe(true)

      // The latest token is valid until the session expires.
      let token = session?.refreshToken ?? ''
      let refreshed = 0
      await vi.waitFor(
        async () => {
          const outcome = await refreshSession(accounts, token)
          if (outcome.status === 'accepted') {
            token = outcome.session.refreshToken
            refreshed++
          }
          expect(outcome).toMatchObject({ status: 'rejected', errors: [{ code: 'INVALID_SESSION' }] })
        },
        { timeout: 20_000, interval: 20 },
      )
      expect(refreshed).toBeGreaterThan(0)
      expect(performance.now() - began).toBeGreaterThan(seconds * 1_000)
    })
  })
})

describe('with databases that have entirely different settings', () => {
  let stack: Stack
  let author: Person
  beforeAll(async () => {
    stack = await startStack(
      { postgresUrl: inject('postgresUrl'), kafkaBrokers: inject('kafkaBrokers') },
      { settings: foreignSettings },
    )
    author = await signUp(stack.gatewayUrl, { fullName: 'Ada "\\\' Łovelace 🦉' })
  }, 120_000)
  afterAll(() => stack?.stop())

  /** Runs a mutation. @returns the aggregate of its payload */
  async function run(mutation: string, node: string, fields: string, input: object) {
    const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input!`
    const { data, errors } = await author.ask(
      `mutation($input: ${type}) { it: ${mutation}(input: $input) { node: ${node} { ${fields} } errors { code } } }`,
      { input: { ...input, idempotencyKey: randomUUID() } },
    )
    expect(errors).toBeUndefined()
    expect(data.it.errors).toEqual([])
    return data.it.node
  }

  const postFields = 'id version title body tags createdAt updatedAt publishedAt author { fullName }'

  test('a query returns the same post as its command', async () => {
    const title = `"On" 'Ink' \\ ${randomUUID()} 🦉`
    const input = { title, body: "C:\\ink\\new 'line'\nŁ", tags: ['a\\b', "o'clock"] }
    const created = await run('createPost', 'post', postFields, input)
    expect(created).toMatchObject({ ...input, version: 1 })
    expect([created.createdAt, created.updatedAt, created.publishedAt].every(aboutNow)).toBe(true)
    const seen = async (id: string) =>
      (await author.ask(`query($id: ID!) { post(id: $id) { ${postFields} } }`, { id })).data.post
    await vi.waitFor(
      async () => expect(await seen(created.id)).toMatchObject({ ...created, author: expect.anything() }),
      { timeout: 10_000, interval: 20 },
    )

    const updated = await run('updatePost', 'post', postFields, { id: created.id, body: 'It dries.' })
    expect(updated).toMatchObject({ createdAt: created.createdAt, publishedAt: created.publishedAt })
    expect(Date.parse(updated.updatedAt)).toBeGreaterThan(Date.parse(created.updatedAt))
    await vi.waitFor(async () => expect(await seen(created.id)).toEqual(updated), { timeout: 10_000, interval: 20 })
    expect(updated.author).toEqual({ fullName: 'Ada "\\\' Łovelace 🦉' })

    const draft = await run('createPost', 'post', postFields, { ...input, title: `${title}?`, status: 'DRAFT' })
    expect(draft.publishedAt).toBeNull()
    const published = await run('publishPost', 'post', postFields, { id: draft.id })
    expect(aboutNow(published.publishedAt)).toBe(true)
    await vi.waitFor(async () => expect(await seen(draft.id)).toEqual(published), { timeout: 10_000, interval: 20 })
  })

  test('a query returns the same comment as its command', async () => {
    const { id: postId } = await run('createPost', 'post', 'id', { title: `On ${randomUUID()}`, body: 'Ink.' })
    const fields = 'id version body createdAt'
    const comment = await vi.waitFor(() => run('createComment', 'comment', fields, { postId, body: 'It dries.' }), {
      timeout: 10_000,
      interval: 20,
    })
    expect(aboutNow(comment.createdAt)).toBe(true)
    await vi.waitFor(
      async () => {
        const { data } = await author.ask(
          `query($id: ID!) { post(id: $id) { latestComments { id body createdAt } comments(first: 1) { nodes { ${fields} } } } }`,
          { id: postId },
        )
        const { version: _, ...latest } = comment
        expect(data.post).toEqual({ latestComments: [latest], comments: { nodes: [comment] } })
      },
      { timeout: 10_000, interval: 20 },
    )
  })

  test('an access token expires at the time that its session reports', async () => {
    const { accessToken, expiresAt, refreshToken } = author.session
    const minutes = (Date.parse(expiresAt) - Date.now()) / 60_000
    expect(minutes).toBeGreaterThan(10)
    expect(minutes).toBeLessThan(16)
    expect(decodeJwt(accessToken).exp).toBe(Date.parse(expiresAt) / 1_000)
    const { data } = await author.ask(
      `mutation($refreshToken: String!) {
         refreshSession(refreshToken: $refreshToken) { session { expiresAt } errors { code } } }`,
      { refreshToken },
    )
    expect(data.refreshSession.errors).toEqual([])
    expect(Date.parse(data.refreshSession.session.expiresAt)).toBeGreaterThanOrEqual(Date.parse(expiresAt))
  })

  test(
    'the read tables equal the fold of the log',
    () => vi.waitFor(() => expectTablesToEqualFold(stack), { timeout: 30_000, interval: 20 }),
    60_000,
  )
})
