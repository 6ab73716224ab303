import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildSchema } from 'graphql'
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest'
import { graphqlClient } from '../support/graphql.ts'
import { runOps } from '../support/ops-command.ts'
import { clientWith, type Person, signIn, signUp } from '../support/sign-up.ts'
import { type Stack, startStack } from '../support/stack.ts'

/** Authorization of every mutation, and visibility of a draft on every path, for each of four callers. */
type Caller = 'nobody' | 'another' | 'author' | 'moderator'
const callers: readonly Caller[] = ['nobody', 'another', 'author', 'moderator']

let stack: Stack
let people: Record<Exclude<Caller, 'nobody'>, Person>
let ask: Record<Caller, ReturnType<typeof graphqlClient>>

beforeAll(async () => {
  stack = await startStack({ postgresUrl: inject('postgresUrl'), kafkaBrokers: inject('kafkaBrokers') })
  const [author, another, moderator] = await Promise.all([1, 2, 3].map(() => signUp(stack.gatewayUrl)))
  if (!author || !another || !moderator) throw new Error('unreachable')
  expect(await runOps(stack, 'grant', 'moderator', moderator.username)).toMatchObject({ code: 0 })
  const { accessToken } = await signIn(stack.gatewayUrl, moderator)
  people = { author, another, moderator: { ...moderator, ask: clientWith(stack.gatewayUrl, accessToken) } }
  ask = {
    nobody: graphqlClient(stack.gatewayUrl),
    another: another.ask,
    author: author.ask,
    moderator: people.moderator.ask,
  }
})
afterAll(() => stack?.stop())

const title = () => `On ink ${randomUUID()}`

/** Runs a mutation. @returns the code of its rejection, or `done` */
async function run(by: Caller, mutation: string, input: object | string, fields = ''): Promise<string> {
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input!`
  const query =
    typeof input === 'string'
      ? `mutation { it: ${mutation}${input && `(${input})`} { errors { code } ${fields} } }`
      : `mutation($input: ${type}) { it: ${mutation}(input: $input) { errors { code } ${fields} } }`
  const { data, errors } = await ask[by](query, typeof input === 'string' ? {} : { input })
  if (errors || !data.it) throw new Error(`${mutation}: ${JSON.stringify(errors)}`)
  return data.it.errors[0]?.code ?? 'done'
}

async function newPost(more: object = {}): Promise<{ id: string; slug: string }> {
  const { data } = await ask.author(
    'mutation($input: CreatePostInput!) { createPost(input: $input) { post { id slug } errors { code } } }',
    { input: { title: title(), body: 'b', ...more } },
  )
  return data.createPost.post
}
const newDraft = (more: object = {}) => newPost({ status: 'DRAFT', ...more })

/** Comments on a post as the author. Retries until the comments service knows the post. */
async function newComment({ id: postId }: { id: string }): Promise<{ id: string }> {
  return vi.waitFor(
    async () => {
      const { data } = await ask.author(
        'mutation($input: CreateCommentInput!) { createComment(input: $input) { comment { id } errors { code } } }',
        { input: { postId, body: 'b' } },
      )
      expect(data.createComment.errors).toEqual([])
      return data.createComment.comment
    },
    { timeout: 10_000, interval: 20 },
  )
}

/** A post that the comments service knows. */
async function knownPost(post: Promise<{ id: string; slug: string }>): Promise<{ id: string }> {
  const known = await post
  await newComment(known)
  return known
}

type Row = {
  readonly mutation: string
  readonly of: string
  /** Creates a new input for each caller. */
  input(caller: Caller): object | string | Promise<object | string>
  /** The answer to each caller, in the order of `callers`. */
  readonly answers: readonly [nobody: string, another: string, author: string, moderator: string]
}

const signedIn = ['UNAUTHENTICATED', 'done', 'done', 'done'] as const
const authorAlone = ['UNAUTHENTICATED', 'FORBIDDEN', 'done', 'FORBIDDEN'] as const
const authorOrModerator = ['UNAUTHENTICATED', 'FORBIDDEN', 'done', 'done'] as const
const draftsAuthor = ['UNAUTHENTICATED', 'POST_NOT_FOUND', 'done', 'POST_NOT_FOUND'] as const
const draftsCommenter = ['UNAUTHENTICATED', 'COMMENT_NOT_FOUND', 'done', 'COMMENT_NOT_FOUND'] as const
const everybody = ['done', 'done', 'done', 'done'] as const

const commentOnPost = async () => newComment(await newPost())
const commentOnDraft = async () => newComment(await newDraft())

const matrix: readonly Row[] = [
  { mutation: 'createPost', of: 'a post', input: () => ({ title: title(), body: 'b' }), answers: signedIn },
  ...['updatePost', 'publishPost', 'deletePost'].flatMap((mutation): Row[] => [
    {
      mutation,
      of: 'a published post',
      input: async () => ({ id: (await newPost()).id }),
      answers: mutation === 'deletePost' ? authorOrModerator : authorAlone,
    },
    { mutation, of: 'a draft', input: async () => ({ id: (await newDraft()).id }), answers: draftsAuthor },
  ]),
  ...['favoritePost', 'unfavoritePost'].flatMap((mutation): Row[] => [
    { mutation, of: 'a published post', input: async () => ({ id: (await newPost()).id }), answers: signedIn },
    { mutation, of: 'a draft', input: async () => ({ id: (await newDraft()).id }), answers: draftsAuthor },
  ]),
  {
    mutation: 'createComment',
    of: 'a published post',
    input: async () => ({ postId: (await knownPost(newPost())).id, body: 'b' }),
    answers: signedIn,
  },
  {
    mutation: 'createComment',
    of: 'a draft',
    input: async () => ({ postId: (await knownPost(newDraft())).id, body: 'b' }),
    answers: draftsAuthor,
  },
  {
    mutation: 'editComment',
    of: 'a published post',
    input: async () => ({ ...(await commentOnPost()), body: 'c' }),
    answers: authorAlone,
  },
  {
    mutation: 'editComment',
    of: 'a draft',
    input: async () => ({ ...(await commentOnDraft()), body: 'c' }),
    answers: draftsCommenter,
  },
  {
    mutation: 'deleteComment',
    of: 'a published post',
    input: commentOnPost,
    answers: authorOrModerator,
  },
  { mutation: 'deleteComment', of: 'a draft', input: commentOnDraft, answers: draftsCommenter },
  {
    mutation: 'hideComment',
    of: 'a published post',
    input: async () => ({ ...(await commentOnPost()), reason: 'r' }),
    answers: ['UNAUTHENTICATED', 'FORBIDDEN', 'FORBIDDEN', 'done'],
  },
  {
    mutation: 'hideComment',
    of: 'a draft',
    input: async () => ({ ...(await commentOnDraft()), reason: 'r' }),
    answers: ['UNAUTHENTICATED', 'COMMENT_NOT_FOUND', 'FORBIDDEN', 'COMMENT_NOT_FOUND'],
  },
  {
    mutation: 'createUser',
    of: 'an account',
    input: () => {
      const username = `u_${randomUUID().slice(0, 8)}`
      return { username, fullName: 'New', email: `${username}@example.org`, password: 'ink that dries' }
    },
    answers: everybody,
  },
  {
    mutation: 'signIn',
    of: 'an account',
    input: () => ({ email: people.author.email, password: people.author.password }),
    answers: everybody,
  },
  {
    mutation: 'refreshSession',
    of: 'a session',
    input: async () => `refreshToken: "${(await signIn(stack.gatewayUrl, people.author)).refreshToken}"`,
    answers: everybody,
  },
  { mutation: 'updateProfile', of: 'their own', input: () => ({ bio: 'b' }), answers: signedIn },
  ...['followUser', 'unfollowUser'].map(
    (mutation): Row => ({
      mutation,
      of: 'the author',
      input: () => ({ userId: people.author.id }),
      answers: ['UNAUTHENTICATED', 'done', 'CANNOT_FOLLOW_SELF', 'done'],
    }),
  ),
  {
    mutation: 'changePassword',
    of: 'their own',
    input: (caller) => ({
      currentPassword: caller === 'nobody' ? 'ink that dries' : people[caller].password,
      newPassword: 'ink that dries',
    }),
    answers: signedIn,
  },
  { mutation: 'signOut', of: 'their own', input: () => '', answers: signedIn },
  { mutation: 'signOutEverywhere', of: 'their own', input: () => '', answers: signedIn },
  // Last, because it deletes the callers' accounts.
  {
    mutation: 'deleteAccount',
    of: 'their own',
    input: (caller) => ({ password: caller === 'nobody' ? 'ink that dries' : people[caller].password }),
    answers: signedIn,
  },
]

const pathsToDraft: readonly {
  readonly path: string
  readonly query: string
  /** Whether the author finds the draft there; nobody else ever does. */
  readonly author: boolean
}[] = [
  { path: 'post', query: 'post(id: $id) { id }', author: true },
  { path: 'postBySlug', query: 'postBySlug(slug: $slug) { id }', author: true },
  { path: 'posts', query: 'posts(first: 100) { nodes { id } }', author: false },
  {
    path: 'posts of the author',
    query: 'posts(first: 100, filter: { authorId: $author }) { nodes { id } }',
    author: false,
  },
  { path: 'posts of a tag', query: 'posts(filter: { tag: $tag }) { totalCount nodes { id } }', author: false },
  { path: 'favorites', query: 'posts(filter: { favoritedBy: $author }) { nodes { id } }', author: false },
  { path: 'searchPosts', query: 'searchPosts(query: $tag) { totalCount nodes { id } }', author: false },
  { path: 'tags', query: 'tags(first: 100) { id: name }', author: false },
  { path: 'posts of a user', query: 'user(id: $author) { posts(first: 100) { nodes { id } } }', author: false },
  { path: 'a comment', query: 'comment(id: $comment) { id post { id } }', author: true },
  {
    path: 'comments of a user',
    query: 'user(id: $author) { comments(first: 100) { nodes { id post { id } } } }',
    author: true,
  },
  { path: 'feed', query: 'feed(first: 100) { nodes { id } }', author: false },
  { path: 'drafts', query: 'drafts(first: 100) { nodes { id } }', author: true },
]

describe.each(callers)('only its author sees a draft: %s', (caller) => {
  let variables: Record<string, string>
  beforeAll(async () => {
    const tag = `tag${randomUUID().replaceAll('-', '').slice(0, 20)}`
    const draft = await newDraft({ tags: [tag], body: `About ${tag}.` })
    const comment = await newComment(draft)
    expect(await run('author', 'favoritePost', { id: draft.id })).toBe('done')
    expect(await run('another', 'followUser', { userId: people.author.id })).toBe('done')
    const published = await newPost()
    variables = { ...draft, tag, author: people.author.id, comment: comment.id }
    // Everything is projected once the author sees all of it, and their follower sees the published post.
    await vi.waitFor(
      async () => {
        const { data } = await ask.author(
          'query($id: ID!, $comment: ID!) { post(id: $id) { commentsCount favoritesCount } comment(id: $comment) { id } }',
          variables,
        )
        expect(data).toEqual({ post: { commentsCount: 1, favoritesCount: 1 }, comment: { id: comment.id } })
        const feed = await ask.another('{ feed(first: 100) { nodes { id } } }')
        expect(feed.data.feed.nodes).toContainEqual({ id: published.id })
      },
      { timeout: 10_000, interval: 20 },
    )
  })

  test.each(pathsToDraft)('$path', async ({ path, query, author }) => {
    const declared = ['id: ID!', 'slug: String!', 'tag: String!', 'author: ID!', 'comment: ID!']
      .filter((one) => query.includes(`$${one.split(':')[0]}`))
      .map((one) => `$${one}`)
    const { data, errors } = await ask[caller](
      `query${declared.length > 0 ? `(${declared.join(', ')})` : ''} { ${query} }`,
      variables,
    )
    if (caller === 'nobody' && ['feed', 'drafts'].includes(path))
      expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
    else {
      expect(errors).toBeUndefined()
      const told = JSON.stringify(data)
      const found = [variables.id, variables.comment, variables.tag].some((one) => told.includes(`"${one}"`))
      expect(found).toBe(caller === 'author' && author)
      expect(told.includes('"totalCount":1')).toBe(false)
    }
  })
})

test('the matrix covers every mutation', () => {
  const sdl = readFileSync(join(import.meta.dirname, '..', '..', 'contracts', 'supergraph.graphql'), 'utf8')
  const fields = buildSchema(sdl, { assumeValidSDL: true }).getMutationType()?.getFields() ?? {}
  expect(new Set(matrix.map(({ mutation }) => mutation))).toEqual(new Set(Object.keys(fields)))
})

describe.each(matrix)('$mutation of $of', ({ mutation, input, answers }) => {
  test.each(callers.map((caller, n) => [caller, answers[n]] as const))('by %s: %s', async (caller, answer) => {
    expect(await run(caller, mutation, await input(caller))).toBe(answer)
  })
})
