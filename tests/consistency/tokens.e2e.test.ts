import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest'
import { consistentFetch } from '../../client/consistency.ts'
import { runOps } from '../support/ops-command.ts'
import { type Person, signUp } from '../support/sign-up.ts'
import { type Stack, startStack } from '../support/stack.ts'
import { type Answer, tokenClient } from './model.fixture.ts'

let stack: Stack
let send: ReturnType<typeof tokenClient>
let ada: Person
let grace: Person
beforeAll(async () => {
  stack = await startStack(
    { postgresUrl: inject('postgresUrl'), kafkaBrokers: inject('kafkaBrokers') },
    { envOf: (name): Record<string, string> => (name === 'gateway' ? { CONSISTENCY_COOKIE: 'on' } : {}) },
  )
  send = tokenClient(stack.gatewayUrl)
  ;[ada, grace] = (await Promise.all([1, 2].map(() => signUp(stack.gatewayUrl)))) as [Person, Person]
})
afterAll(() => stack?.stop())

const bearer = (person: Person) => ({ authorization: `Bearer ${person.session.accessToken}` })
// biome-ignore lint/suspicious/noExplicitAny: tests assert the shape of a reply; a type would repeat it
type Data = any
const ask = async (query: string, variables: object = {}, { as = ada, token = '' as string | null } = {}) => {
  const answer = await send(query, variables, { ...bearer(as), ...(token && { 'consistency-token': token }) })
  expect(answer.errors).toBeUndefined()
  return { ...answer, data: answer.data as Data, consistency: consistencyOf(answer) }
}
const consistencyOf = ({ extensions }: Pick<Answer, 'extensions'>) => extensions?.consistency as Data

const createPost = async (token: string | null = null, fields = 'id') => {
  const answer = await ask(
    `mutation($title: String!) { createPost(input: { title: $title, body: "b" }) { post { ${fields} } errors { code } } }`,
    { title: `Post ${randomUUID()}` },
    { token },
  )
  return { ...answer, id: answer.data.createPost.post.id as string }
}
const byId = 'query($id: ID!) { post(id: $id) { id title commentsCount } }'
const mine = 'query($id: ID!) { user(id: $id) { postsCount posts(first: 1) { nodes { id } } } }'

describe('one operation shows what it wrote itself', () => {
  test('createPost in the pages and counters of its author; deletePost in the next query', async () => {
    const writer = await signUp(stack.gatewayUrl)
    const title = `Post ${randomUUID()}`
    const { data, consistency, token } = await ask(
      `mutation($title: String!) { createPost(input: { title: $title, body: "b" }) {
         post { id author { postsCount posts(first: 1) { nodes { title } } } } errors { code } } }`,
      { title },
      { as: writer },
    )
    expect(data.createPost.post.author).toEqual({ postsCount: 1, posts: { nodes: [{ title }] } })
    expect(consistency).toEqual({ token, expiresIn: 600 })
    const gone = await ask(
      'mutation($id: ID!) { deletePost(input: { id: $id }) { deletedPostId errors { code } } }',
      { id: data.createPost.post.id },
      { as: writer, token },
    )
    const after = await ask(mine, { id: writer.id }, { as: writer, token: gone.token })
    expect(after.data.user).toEqual({ postsCount: 0, posts: { nodes: [] } })
    expect(after.consistency).toEqual({ fresh: true })
  })

  test('each of two createPosts', async () => {
    const writer = await signUp(stack.gatewayUrl)
    const fields = 'post { author { postsCount posts(first: 5) { totalCount } } } errors { code }'
    const { data } = await ask(
      `mutation { a: createPost(input: { title: "A", body: "b" }) { ${fields} } b: createPost(input: { title: "B", body: "b" }) { ${fields} } }`,
      {},
      { as: writer },
    )
    expect(data.a.post.author).toMatchObject({ postsCount: 1, posts: { totalCount: 1 } })
    expect(data.b.post.author).toMatchObject({ postsCount: 2, posts: { totalCount: 2 } })
  })

  test('createComment and deleteComment on the post, which another service has', async () => {
    const post = await createPost()
    const fields = 'comment { id post { commentsCount latestComments { body } } } errors { code }'
    const created = await ask(
      `mutation($id: ID!) { createComment(input: { postId: $id, body: "Ink" }) { ${fields} } }`,
      { id: post.id },
      { token: post.token },
    )
    const { comment } = created.data.createComment
    expect(comment.post).toEqual({ commentsCount: 1, latestComments: [{ body: 'Ink' }] })
    expect(created.consistency).toMatchObject({ fresh: true, token: expect.any(String) })
    const deleted = await ask(`mutation($id: ID!) { deleteComment(input: { id: $id }) { ${fields} } }`, {
      id: comment.id,
    })
    expect(deleted.data.deleteComment.comment.post).toEqual({ commentsCount: 0, latestComments: [] })
  })

  test('followUser and unfollowUser in the counter', async () => {
    const fields = 'user { followersCount viewerIsFollowing } errors { code }'
    const follow = async (name: string) => {
      const { data } = await ask(`mutation($id: ID!) { it: ${name}(input: { userId: $id }) { ${fields} } }`, {
        id: grace.id,
      })
      return data.it.user
    }
    expect(await follow('followUser')).toEqual({ followersCount: 1, viewerIsFollowing: true })
    expect(await follow('unfollowUser')).toEqual({ followersCount: 0, viewerIsFollowing: false })
  })

  test('followUser in the lists of both, to the token', async () => {
    const fan = await signUp(stack.gatewayUrl)
    // The token is of the follow alone, and who is not known yet is not listed.
    await vi.waitFor(async () => expect((await ask('{ viewer { id } }', {}, { as: fan })).data.viewer).toBeTruthy())
    const { token, data: followed } = await ask(
      'mutation($id: ID!) { followUser(input: { userId: $id }) { user { followers { nodes { id } } } errors { code } } }',
      { id: grace.id },
      { as: fan },
    )
    expect(followed.followUser.user.followers.nodes[0]).toEqual({ id: fan.id })
    const { data, consistency } = await ask(
      'query($fan: ID!, $grace: ID!) { fan: user(id: $fan) { following { nodes { id } } } grace: user(id: $grace) { followers { nodes { id } } } }',
      { fan: fan.id, grace: grace.id },
      { token },
    )
    expect(data.fan.following.nodes).toEqual([{ id: grace.id }])
    expect(data.grace.followers.nodes[0]).toEqual({ id: fan.id })
    expect(consistency).toEqual({ fresh: true })
  })

  test('favoritePost in the counter', async () => {
    const { id, token } = await createPost()
    const favored = await ask(
      'mutation($id: ID!) { favoritePost(input: { id: $id }) { post { favoritesCount viewerHasFavorited } errors { code } } }',
      { id },
      { as: grace, token },
    )
    expect(favored.data.favoritePost).toEqual({ post: { favoritesCount: 1, viewerHasFavorited: true }, errors: [] })
  })
})

test('a comment on a post of a moment ago is accepted with its token, by whoever has it', async () => {
  for (let n = 0; n < 20; n++) {
    const { id, token } = await createPost()
    const { data, consistency } = await ask(
      'mutation($id: ID!) { createComment(input: { postId: $id, body: "Ink" }) { comment { id } errors { code } } }',
      { id },
      { token, as: n % 2 ? ada : grace },
    )
    expect(data.createComment.errors).toEqual([])
    expect(consistency.fresh).toBe(true)
  }
})

describe('twenty concurrent mutations of one client, then one query', () => {
  const ids = 'query($id: ID!) { posts(filter: { authorId: $id }, first: 100) { nodes { id } } }'
  const body = (query: string, variables: object) => ({
    method: 'POST',
    body: JSON.stringify({ query, variables }),
  })
  const create =
    'mutation($title: String!) { createPost(input: { title: $title, body: "b" }) { post { id } errors { code } } }'

  test('by consistentFetch: all are there', async () => {
    const writer = await signUp(stack.gatewayUrl)
    const fresh = consistentFetch()
    const headers = { 'content-type': 'application/json', ...bearer(writer) }
    const gql = async (query: string, variables: object) =>
      (await (await fresh(stack.gatewayUrl, { ...body(query, variables), headers })).json()) as Data
    const created = await Promise.all(
      Array.from({ length: 20 }, async (_, n) => (await gql(create, { title: `Post ${n}` })).data.createPost.post.id),
    )
    const { data, extensions } = await gql(ids, { id: writer.id })
    expect(extensions.consistency).toEqual({ fresh: true })
    expect(data.posts.nodes.map(({ id }: { id: string }) => id).toSorted()).toEqual(created.toSorted())
  })

  test('by cookies: all are there', async () => {
    const writer = await signUp(stack.gatewayUrl)
    const jar = new Map<string, string>()
    const gql = async (query: string, variables: object) => {
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
      const headers = { 'content-type': 'application/json', ...bearer(writer), ...(cookie && { cookie }) }
      const response = await fetch(stack.gatewayUrl, { ...body(query, variables), headers })
      for (const line of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
        if (/max-age=0\b/i.test(line) || value === '') jar.delete(name)
        else jar.set(name, value)
      }
      return (await response.json()) as Data
    }
    const created = await Promise.all(
      Array.from({ length: 20 }, async (_, n) => (await gql(create, { title: `Post ${n}` })).data.createPost.post.id),
    )
    const { data, extensions } = await gql(ids, { id: writer.id })
    expect(extensions.consistency).toMatchObject({ fresh: true })
    expect(data.posts.nodes.map(({ id }: { id: string }) => id).toSorted()).toEqual(created.toSorted())
  })
})

describe('an event that cannot be projected', () => {
  test('is reported as parked at once, and is fresh after a retry', async () => {
    const { databaseUrl } = stack
    const client = new pg.Client(databaseUrl('posts.read'))
    await client.connect()
    await client.query(`ALTER TABLE read_1.posts ADD CONSTRAINT no_ink CHECK (body <> 'unprojectable')`)
    const { data, token } = await ask(
      'mutation($title: String!) { createPost(input: { title: $title, body: "unprojectable" }) { post { id } errors { code } } }',
      { title: `Post ${randomUUID()}` },
    )
    const { id } = data.createPost.post
    const parked = await vi.waitFor(async () => {
      const answer = await ask(byId, { id }, { token })
      expect(answer.consistency.behind).toEqual([{ service: 'posts', id, version: 1, why: 'parked' }])
      return answer
    }, 20_000)
    expect(parked.consistency.fresh).toBe(false)
    const again = await ask(byId, { id }, { token })
    expect(again.consistency.behind[0].why).toBe('parked')
    expect(again.ms).toBeLessThan(500)

    await client.query('ALTER TABLE read_1.posts DROP CONSTRAINT no_ink')
    await client.end()
    const { out } = await runOps(stack, 'dead-letters', 'list')
    const name = out.split(/\s/).find((word) => word.startsWith('posts.read_1')) ?? ''
    expect(await runOps(stack, 'dead-letters', 'retry', name)).toMatchObject({ code: 0 })
    const fresh = await ask(byId, { id }, { token })
    expect(fresh.consistency).toEqual({ fresh: true })
    expect(fresh.data.post.id).toBe(id)
  })
})

describe('while a projector is stopped', () => {
  const stop = () => {
    const pid = stack.role('posts-projector').pid() as number
    process.kill(pid, 'SIGSTOP')
    return () => process.kill(pid, 'SIGCONT')
  }

  test('the first wait takes the deadline, the next answers come at once; then all is fresh within a second', async () => {
    await vi.waitFor(async () => {
      const { id, token } = await createPost()
      expect((await ask(byId, { id }, { token })).consistency.fresh).toBe(true)
    })
    const goOn = stop()
    const first = await createPost().then(({ id, token }) => ask(byId, { id }, { token }))
    expect(first.consistency.behind[0].why).toBe('late')
    expect(first.ms).toBeGreaterThanOrEqual(1_000)
    expect(first.ms).toBeLessThan(1_500)
    const { id, token } = await createPost()
    for (let n = 0; n < 5; n++) {
      const next = await ask(byId, { id }, { token })
      expect(next.consistency).toMatchObject({ fresh: false, behind: [{ service: 'posts', id, why: 'stalled' }] })
      expect(next.ms).toBeLessThan(500)
      await delay(100)
    }
    goOn()
    await vi.waitFor(
      async () => {
        const answer = await ask(byId, { id }, { token })
        expect(answer.consistency).toEqual({ fresh: true })
        expect(answer.data.post.id).toBe(id)
      },
      { timeout: 1_000, interval: 50 },
    )
  }, 60_000)
})

describe('tokens are reached', () => {
  test('after republish, after a replay of the log, of a repeated command and of one that changed nothing', async () => {
    const key = randomUUID()
    const create = () =>
      ask(
        'mutation($key: String!) { createPost(input: { title: "Once", body: "b", idempotencyKey: $key }) { post { id } errors { code } } }',
        { key },
      )
    const first = await create()
    const repeated = await create()
    const { id } = first.data.createPost.post
    const never = await ask(
      'mutation($id: ID!) { unfollowUser(input: { userId: $id }) { user { id } errors { code } } }',
      {
        id: grace.id,
      },
    )
    expect(never.data.unfollowUser.errors).toEqual([])
    const unchanged = await ask(
      'mutation($id: ID!) { updatePost(input: { id: $id, title: "Once" }) { post { version } errors { code } } }',
      { id },
    )
    expect(unchanged.data.updatePost.post.version).toBe(1)
    const tokens = [first, repeated, unchanged].map(({ token }) => token)
    expect(tokens).toEqual([expect.any(String), expect.any(String), expect.any(String)])
    const allReached = async () => {
      for (const token of [...tokens, ...(never.token ? [never.token] : [])]) {
        const { consistency, data } = await ask(byId, { id }, { token })
        expect(consistency).toEqual({ fresh: true })
        expect(data.post.title).toBe('Once')
      }
    }
    await allReached()

    expect(await runOps(stack, 'republish', 'posts')).toMatchObject({ code: 0 })
    await allReached()
    expect(await runOps(stack, 'forget-offsets', 'posts')).toMatchObject({ code: 0 })
    stack.role('posts-projector').restart()
    await allReached()
    await stack.role('posts-projector').ready()
    const after = await createPost()
    // The projector joins its group again and reads its topics from the beginning, beside other tests.
    await vi.waitFor(
      async () =>
        expect((await ask(byId, { id: after.id }, { token: after.token })).consistency).toEqual({ fresh: true }),
      40_000,
    )
  }, 90_000)
})

describe('a token that cannot be used', () => {
  test('is refused with 200 at once, and the answer is given', async () => {
    const { id, token } = await createPost()
    const [payload = '', mac = ''] = (token ?? '').split('.')
    const altered = `${payload.slice(0, -2)}${payload.endsWith('AA') ? 'BB' : 'AA'}.${mac}`
    const refusals: readonly (readonly [string, string])[] = [
      [altered, 'signature'],
      [`${payload}.${'A'.repeat(mac.length)}`, 'signature'],
      [payload.slice(0, 10), 'malformed'],
      ['x'.repeat(5_000), 'too_large'],
      [Array(9).fill(token).join(', '), 'too_large'],
      [',', 'malformed'],
    ]
    for (const [given, why] of refusals) {
      const { consistency, data, ms, status } = await ask(byId, { id }, { token: given })
      expect({ status, consistency }).toEqual({ status: 200, consistency: { fresh: false, refused: [why] } })
      expect(data).toHaveProperty('post')
      expect(ms).toBeLessThan(500)
    }
  })
})
