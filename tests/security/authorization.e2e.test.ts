import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildSchema } from 'graphql'
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest'
import { consistentFetch } from '../../client/consistency.ts'
import { type Caller, callers, type PathToDraft, type System } from '../cases/authorization.ts'
import { newComment } from '../cases/comments/new-comment.ts'
import { hide, newDraft, newPost } from '../cases/posts/new-post.ts'
import { casesOfServices } from '../cases/services.ts'
import { graphqlClient } from '../support/graphql.ts'
import { runOps } from '../support/ops-command.ts'
import { clientWith, signIn, signUp } from '../support/sign-up.ts'
import { type Stack, startStack } from '../support/stack.ts'

/** Authorization of every mutation, and visibility of a draft and a hidden post on every path, for each of four callers. */
let stack: Stack
let system: System

beforeAll(async () => {
  // Every caller sends the consistency tokens of all: a token that was handed on shows nothing that its holder may not see.
  vi.stubGlobal('fetch', consistentFetch(globalThis.fetch))
  stack = await startStack({ postgresUrl: inject('postgresUrl'), kafkaBrokers: inject('kafkaBrokers') })
  const { gatewayUrl } = stack
  const [author, another, moderator] = await Promise.all([1, 2, 3].map(() => signUp(gatewayUrl)))
  if (!author || !another || !moderator) throw new Error('unreachable')
  expect(await runOps(stack, 'grant', 'moderator', moderator.username)).toMatchObject({ code: 0 })
  const { accessToken } = await signIn(gatewayUrl, moderator)
  const people = { author, another, moderator: { ...moderator, ask: clientWith(gatewayUrl, accessToken) } }
  const ask = {
    nobody: graphqlClient(gatewayUrl),
    another: another.ask,
    author: author.ask,
    moderator: people.moderator.ask,
  }
  system = { gatewayUrl, people, ask }
})
afterAll(async () => {
  vi.unstubAllGlobals()
  await stack?.stop()
})

/** Runs a mutation. @returns the code of its rejection, or `done` */
async function run(by: Caller, mutation: string, input: object | string, fields = ''): Promise<string> {
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input!`
  const query =
    typeof input === 'string'
      ? `mutation { it: ${mutation}${input && `(${input})`} { errors { code } ${fields} } }`
      : `mutation($input: ${type}) { it: ${mutation}(input: $input) { errors { code } ${fields} } }`
  const { data, errors } = await system.ask[by](query, typeof input === 'string' ? {} : { input })
  if (errors || !data.it) throw new Error(`${mutation}: ${JSON.stringify(errors)}`)
  return data.it.errors[0]?.code ?? 'done'
}

const cases = casesOfServices.map(({ authorization }) => authorization)
const all = cases.flatMap(({ mutations }) => mutations)
const matrix = [...all.filter(({ last }) => !last), ...all.filter(({ last }) => last)]
const pathsToDraft = cases.flatMap(({ pathsToDraft = [] }) => pathsToDraft)

/** What queries name: a post, its tag, its author, and a comment on it. */
type Variables = Readonly<Record<string, string>>

/** The author writes a post with a comment and a favorite of its own. @param make a draft, or a published post */
async function written(make: typeof newPost): Promise<Variables> {
  const tag = `tag${randomUUID().replaceAll('-', '').slice(0, 20)}`
  const post = await make(system, { tags: [tag], body: `About ${tag}.` })
  const comment = await newComment(system, post)
  expect(await run('author', 'favoritePost', { id: post.id })).toBe('done')
  return { ...post, tag, author: system.people.author.id, comment: comment.id }
}

/** Everything is projected once the author sees all of it, and their follower sees a post that they publish now. */
async function projected(variables: Variables, counts: object): Promise<void> {
  const { people, ask } = system
  expect(await run('another', 'followUser', { userId: people.author.id })).toBe('done')
  const published = await newPost(system)
  await vi.waitFor(
    async () => {
      const { data } = await ask.author(
        'query($id: ID!, $comment: ID!) { post(id: $id) { commentsCount favoritesCount isHidden } comment(id: $comment) { id } }',
        variables,
      )
      expect(data).toEqual({ post: counts, comment: { id: variables.comment } })
      const feed = await ask.another('{ feed(first: 100) { nodes { id } } }')
      expect(feed.data.feed.nodes).toContainEqual({ id: published.id })
    },
    { timeout: 10_000, interval: 20 },
  )
}

/** Whether a caller finds the post, its comment, its tag or a count of it on this path. */
async function finds(
  caller: Caller,
  { query, signedIn, moderators }: PathToDraft,
  variables: Variables,
): Promise<boolean> {
  const declared = ['id: ID!', 'slug: String!', 'tag: String!', 'author: ID!', 'comment: ID!']
    .filter((one) => query.includes(`$${one.split(':')[0]}`))
    .map((one) => `$${one}`)
  const { data, errors } = await system.ask[caller](
    `query${declared.length > 0 ? `(${declared.join(', ')})` : ''} { ${query} }`,
    variables,
  )
  const refused =
    caller === 'nobody'
      ? (signedIn || moderators) && 'UNAUTHENTICATED'
      : moderators && caller !== 'moderator' && 'FORBIDDEN'
  if (refused) {
    expect(errors).toMatchObject([{ extensions: { code: refused } }])
    return false
  }
  expect(errors).toBeUndefined()
  const answer = JSON.stringify(data)
  expect(answer.includes('"totalCount":1')).toBe(false)
  return [variables.id, variables.comment, variables.tag].some((one) => answer.includes(`"${one}"`))
}

describe.each(callers)('only its author sees a draft: %s', (caller) => {
  let variables: Variables
  beforeAll(async () => {
    variables = await written(newDraft)
    await projected(variables, { commentsCount: 1, favoritesCount: 1, isHidden: false })
  })

  test.each(pathsToDraft)('$path', async (path) =>
    expect(await finds(caller, path, variables)).toBe(caller === 'author' && path.author),
  )
})

describe('only its author and moderators see a hidden post, and only where they ask for it', () => {
  let variables: Variables
  /** One that was hidden and is shown again. */
  let shown: Variables
  beforeAll(async () => {
    ;[variables, shown] = await Promise.all([written(newPost), written(newPost)])
    for (const { id } of [variables, shown]) expect(await run('another', 'favoritePost', { id })).toBe('done')
    for (const { id = '' } of [variables, shown]) await hide(system, id)
    expect(await run('moderator', 'unhidePost', { id: shown.id })).toBe('done')
    await projected(variables, { commentsCount: 1, favoritesCount: 2, isHidden: true })
    await projected(shown, { commentsCount: 1, favoritesCount: 2, isHidden: false })
  })

  describe.each(callers)('%s', (caller) => {
    test.each(pathsToDraft)('$path', async (path) =>
      expect(await finds(caller, path, variables)).toBe(path.hidden?.includes(caller) ?? false),
    )

    test('count of posts of the author', async () => {
      const { data } = await system.ask[caller](
        'query($id: ID!) { user(id: $id) { postsCount posts(first: 100) { totalCount nodes { id } } } }',
        { id: variables.author },
      )
      const { postsCount, posts } = data.user
      expect([postsCount, posts.totalCount]).toEqual([posts.nodes.length, posts.nodes.length])
      expect(posts.nodes).toContainEqual({ id: shown.id })
      expect(posts.nodes).not.toContainEqual({ id: variables.id })
    })
  })

  test('everybody finds it again once a moderator shows it', async () => {
    for (const caller of callers)
      for (const path of pathsToDraft.filter(
        ({ hidden, moderators, path }) => hidden && !moderators && path !== 'hidden posts',
      ))
        expect([caller, path.path, await finds(caller, path, shown)]).toEqual([caller, path.path, true])
  })
})

test('the matrix covers every mutation', () => {
  const sdl = readFileSync(join(import.meta.dirname, '..', '..', 'contracts', 'supergraph.graphql'), 'utf8')
  const fields = buildSchema(sdl, { assumeValidSDL: true }).getMutationType()?.getFields() ?? {}
  expect(new Set(matrix.map(({ mutation }) => mutation))).toEqual(new Set(Object.keys(fields)))
})

describe.each(matrix)('$mutation of $of', ({ mutation, input, answers }) => {
  test.each(callers.map((caller, n) => [caller, answers[n]] as const))('by %s: %s', async (caller, answer) => {
    expect(await run(caller, mutation, await input(system, caller))).toBe(answer)
  })
})
