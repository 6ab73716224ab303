import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest'
import { askAsGateway, stranger } from '../support/as-gateway.ts'
import { graphqlClient } from '../support/graphql.ts'
import { type Person, signUp } from '../support/sign-up.ts'
import { type Stack, startStack } from '../support/stack.ts'

let stack: Stack
let ask: ReturnType<typeof graphqlClient>
const titles = ['One', 'Two', 'Three']

beforeAll(async () => {
  stack = await startStack({ postgresUrl: inject('postgresUrl'), kafkaBrokers: inject('kafkaBrokers') })
  ask = graphqlClient(stack.gatewayUrl)
  for (const title of titles) {
    const author = await signUp(stack.gatewayUrl, { fullName: `Author of ${title}`, bio: 'Writes.' })
    await createPost(author.ask, title)
  }
  await vi.waitFor(async () => expect(await page()).toEqual(await pageWith('Writes.')), {
    timeout: 10_000,
    interval: 20,
  })
})
afterAll(() => stack?.stop())

const createPost = async (ask: Person['ask'], title: string): Promise<string> => {
  const { data } = await ask(
    'mutation($input: CreatePostInput!) { createPost(input: $input) { post { id } errors { code } } }',
    { input: { title, body: 'b' } },
  )
  return data.createPost.post.id
}

const page = () => ask('{ posts(first: 20) { nodes { title author { fullName bio } } } }')

const pageWith = async (bio: string | null) => ({
  status: 200,
  data: {
    posts: {
      nodes: titles.toReversed().map((title) => ({ title, author: { fullName: `Author of ${title}`, bio } })),
    },
  },
})

test('a page with fields of users keeps every post and every name while users is down, with one error', async () => {
  await stack.role('users-api').stop()
  for (let again = 0; again < 8; again++)
    expect(await page()).toEqual({
      ...(await pageWith(null)),
      errors: [
        {
          message: 'The users service is not available. Its fields are null.',
          extensions: { code: 'SUBGRAPH_UNAVAILABLE', service: 'users' },
        },
      ],
    })
})

test('queries that do not need users are answered in full', async () => {
  const { data, errors } = await ask(
    '{ posts(first: 20) { totalCount nodes { title author { fullName avatarUrl } commentsCount latestComments { body } } } }',
  )
  expect(errors).toBeUndefined()
  expect(data.posts.totalCount).toBe(titles.length)
  expect(data.posts.nodes).toHaveLength(titles.length)
})

test('mutations of users are refused with an error that names users, and the others go on', async () => {
  const { data, errors } = await ask(
    'mutation($input: CreateUserInput!) { createUser(input: $input) { user { id } errors { code } } }',
    { input: { username: 'four', fullName: 'Four', email: 'four@example.org', password: 'ink that dries' } },
  )
  expect(data.createUser).toBeNull()
  expect(errors).toMatchObject([{ extensions: { code: 'SUBGRAPH_UNAVAILABLE', service: 'users' } }])

  const author = stranger(randomUUID())
  const postId = await createPost(askAsGateway(stack, 'posts', author), 'By an author nobody has heard of')
  await vi.waitFor(
    async () => {
      const { data } = await askAsGateway(
        stack,
        'comments',
        stranger(randomUUID()),
      )('mutation($input: CreateCommentInput!) { createComment(input: $input) { comment { id } errors { code } } }', {
        input: { postId, body: 'So am I.' },
      })
      expect(data.createComment.errors).toEqual([])
    },
    { timeout: 10_000, interval: 20 },
  )
  await vi.waitFor(
    async () => {
      const { data, errors } = await ask(
        'query($id: ID!) { post(id: $id) { title author { fullName } comments { nodes { body author { username fullName } } } } }',
        { id: postId },
      )
      expect(errors).toBeUndefined()
      expect(data.post).toEqual({
        title: 'By an author nobody has heard of',
        author: { fullName: 'Anonymous' },
        comments: { nodes: [{ body: 'So am I.', author: { username: 'unknown', fullName: 'Anonymous' } }] },
      })
    },
    { timeout: 10_000, interval: 20 },
  )
})
