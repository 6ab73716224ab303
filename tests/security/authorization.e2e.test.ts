import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildSchema } from 'graphql'
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest'
import { consistentFetch } from '../../client/consistency.ts'
import { type Caller, callers, type System } from '../cases/authorization.ts'
import { newComment } from '../cases/comments/new-comment.ts'
import { newDraft, newPost } from '../cases/posts/new-post.ts'
import { casesOfServices } from '../cases/services.ts'
import { graphqlClient } from '../support/graphql.ts'
import { runOps } from '../support/ops-command.ts'
import { clientWith, signIn, signUp } from '../support/sign-up.ts'
import { type Stack, startStack } from '../support/stack.ts'

/** Authorization of every mutation, and visibility of a draft on every path, for each of four callers. */
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

describe.each(callers)('only its author sees a draft: %s', (caller) => {
  let variables: Record<string, string>
  beforeAll(async () => {
    const tag = `tag${randomUUID().replaceAll('-', '').slice(0, 20)}`
    const { people, ask } = system
    const draft = await newDraft(system, { tags: [tag], body: `About ${tag}.` })
    const comment = await newComment(system, draft)
    expect(await run('author', 'favoritePost', { id: draft.id })).toBe('done')
    expect(await run('another', 'followUser', { userId: people.author.id })).toBe('done')
    const published = await newPost(system)
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

  test.each(pathsToDraft)('$path', async ({ query, author, signedIn }) => {
    const declared = ['id: ID!', 'slug: String!', 'tag: String!', 'author: ID!', 'comment: ID!']
      .filter((one) => query.includes(`$${one.split(':')[0]}`))
      .map((one) => `$${one}`)
    const { data, errors } = await system.ask[caller](
      `query${declared.length > 0 ? `(${declared.join(', ')})` : ''} { ${query} }`,
      variables,
    )
    if (caller === 'nobody' && signedIn) expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
    else {
      expect(errors).toBeUndefined()
      const answer = JSON.stringify(data)
      const found = [variables.id, variables.comment, variables.tag].some((one) => answer.includes(`"${one}"`))
      expect(found).toBe(caller === 'author' && author)
      expect(answer.includes('"totalCount":1')).toBe(false)
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
    expect(await run(caller, mutation, await input(system, caller))).toBe(answer)
  })
})
