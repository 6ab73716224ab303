import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { signedHeaders } from '#toolkit/trust/signed-headers.ts'
import { graphqlClient } from '../support/graphql.ts'
import { type Stack, startStack } from '../support/stack.ts'

/** Sends a request directly to a subgraph. */
let stack: Stack
let url: URL

beforeAll(async () => {
  stack = await startStack({ postgresUrl: inject('postgresUrl'), kafkaBrokers: inject('kafkaBrokers') })
  url = new URL(`http://127.0.0.1:${stack.ports.POSTS_PORT}/graphql`)
})
afterAll(() => stack?.stop())

const mutation = {
  query: 'mutation($input: CreatePostInput!) { createPost(input: $input) { post { id } errors { code } } }',
  variables: { input: { title: 'Forged', body: 'b' } },
}
const key = { id: '1', secret: 'a secret of tests: gateway to posts' }
const post = (body: string, headers: Record<string, string>) => fetch(url, { method: 'POST', headers, body })

describe('a subgraph', () => {
  test.each([
    ['query', { query: '{ posts(first: 1) { nodes { id } } }' }],
    ['introspection', { query: '{ __schema { queryType { name } } }' }],
    ['schema', { query: '{ _service { sdl } }' }],
    ['mutation', mutation],
  ])('refuses an unsigned %s', async (_what, request) => {
    const response = await post(JSON.stringify(request), { 'content-type': 'application/json' })
    expect(response.status).toBe(401)
    expect(await response.json()).toEqual({
      errors: [
        {
          message: 'Subgraphs answer signed requests only, and the request is not signed. Ask the gateway.',
          extensions: { code: 'UNSIGNED_REQUEST', reason: 'unsigned' },
        },
      ],
    })
  })

  test('refuses an unsigned GET request', async () => {
    const response = await fetch(`${url.href}?query=${encodeURIComponent('{ posts { totalCount } }')}`, {
      headers: { 'apollo-require-preflight': '1' },
    })
    expect(response.status).toBe(401)
  })

  test('refuses a body that differs from the signed one, and an inserted caller', async () => {
    const headers = signedHeaders('gateway', key, { url, body: JSON.stringify({ query: '{ __typename }' }) })
    expect((await post(JSON.stringify(mutation), headers)).status).toBe(401)
    const body = JSON.stringify({ query: '{ __typename }' })
    expect(
      (await post(body, { ...signedHeaders('gateway', key, { url, body }), 'inkstream-caller': 'e30' })).status,
    ).toBe(401)
  })

  test('refuses a sibling that poses as the gateway', async () => {
    const body = JSON.stringify(mutation)
    const sibling = { id: '1', secret: 'a secret of tests: comments to users' }
    expect((await post(body, signedHeaders('gateway', sibling, { url, body }))).status).toBe(401)
  })

  test('refuses a sibling that names a caller, even with its own valid key', async () => {
    const users = new URL(`http://127.0.0.1:${stack.ports.USERS_PORT}/graphql`)
    const sibling = { id: '1', secret: 'a secret of tests: comments to users' }
    const id = randomUUID()
    const query = `{ _entities(representations: [{ __typename: "User", id: "${id}" }]) { ... on User { id } } }`
    const body = JSON.stringify({ query })
    const send = (headers: Record<string, string>) => fetch(users, { method: 'POST', headers, body })
    const caller = { userId: randomUUID(), roles: ['moderator'], sessionId: null }
    const call = { caller, address: null, trace: null }
    expect((await send(signedHeaders('comments', sibling, { url: users, body }))).status).toBe(200)
    expect((await send(signedHeaders('comments', sibling, { url: users, body, call }))).status).toBe(401)
  })

  test('does for a sibling only what its key allows', async () => {
    const users = new URL(`http://127.0.0.1:${stack.ports.USERS_PORT}/graphql`)
    const sibling = { id: '1', secret: 'a secret of tests: comments to users' }
    const input = { username: 'forged', fullName: 'F', email: 'forged@example.org', password: 'ink that dries' }
    const mutation = 'mutation($input: CreateUserInput!) { createUser(input: $input) { errors { code } } }'
    for (const request of [{ query: mutation, variables: { input } }, { query: '{ users { totalCount } }' }]) {
      const body = JSON.stringify(request)
      const headers = signedHeaders('comments', sibling, { url: users, body })
      const response = await fetch(users, { method: 'POST', headers, body })
      expect([response.status, await response.json()]).toMatchObject([
        401,
        { errors: [{ extensions: { reason: 'operation_not_allowed' } }] },
      ])
    }
  })

  test('answers requests that the gateway signed', async () => {
    const body = JSON.stringify({ query: '{ posts(first: 1) { totalCount } }' })
    const response = await post(body, signedHeaders('gateway', key, { url, body }))
    expect([response.status, await response.json()]).toEqual([200, { data: { posts: { totalCount: 0 } } }])
    const { data } = await graphqlClient(stack.gatewayUrl)('{ posts(first: 1) { totalCount } }')
    expect(data).toEqual({ posts: { totalCount: 0 } })
  })

  test('shows its health to anybody', async () => {
    expect((await fetch(new URL('/health/ready', url))).status).toBe(200)
  })
})
