import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RunningGateway, startGateway } from '../testing/gateway.fixture.ts'

/** The real schema without any service: an operation that is accepted fails in its fetches. */
let gateway: RunningGateway
beforeAll(async () => {
  const real = readFileSync(join(import.meta.dirname, '..', '..', 'contracts', 'supergraph.graphql'), 'utf8')
  const away = 'http://127.0.0.1:9'
  gateway = await startGateway(real, { SUBGRAPH_URLS: `users=${away},posts=${away},comments=${away}` })
})
afterAll(() => gateway?.stop())

type Refusal = { message: string; extensions: { code: string } }

const send = async (query: string, variables: unknown) => {
  const response = await gateway.post(JSON.stringify({ query, variables }))
  const text = await response.text()
  return { status: response.status, size: text.length, errors: JSON.parse(text).errors as Refusal[] }
}
const codes = ({ errors }: { errors: Refusal[] }) => errors.map(({ extensions }) => extensions.code)
const createPost = 'mutation($input: CreatePostInput!) { createPost(input: $input) { errors { code } } }'
const input = { title: 'A title', body: 'A body' }

describe('variables are refused before planning when they', () => {
  test.each<[string, string, unknown, RegExp]>([
    [
      'have many wrong items',
      createPost,
      { input: { ...input, tags: Array.from({ length: 900 }, () => ({})) } },
      /got invalid value/,
    ],
    [
      'have a long list',
      createPost,
      { input: { ...input, tags: Array.from({ length: 1_001 }, () => 'x') } },
      /1001 items, and 1000/,
    ],
    [
      'have a long list of wrong items',
      createPost,
      { input: { ...input, tags: Array.from({ length: 8_000 }, () => 1) } },
      /8000 items/,
    ],
    [
      'have many values',
      createPost,
      { input, more: Array.from({ length: 11 }, () => Array.from({ length: 999 }, () => 1)) },
      /more than 10000 values/,
    ],
    [
      'have many fields',
      createPost,
      { input: Object.fromEntries(Array.from({ length: 10_001 }, (_, n) => [`f${n}`, n])) },
      /more than 10000 values/,
    ],
    [
      'have many fields that are not known',
      createPost,
      { input: { ...input, ...Object.fromEntries(Array.from({ length: 9_000 }, (_, n) => [`f${n}`, n])) } },
      /not defined by type/,
    ],
    [
      'have a list where another type is declared',
      'query($id: ID!) { post(id: $id) { id } }',
      { id: Array.from({ length: 2_000 }, () => 'x') },
      /2000 items/,
    ],
    [
      'quote a long text',
      'query($first: Int) { posts(first: $first) { totalCount } }',
      { first: 'x'.repeat(900_000) },
      /got invalid value "x+…x+"$/,
    ],
    [
      'have a long name',
      createPost,
      { input: { ...input, ['x'.repeat(900_000)]: 1 } },
      /…x+" is not defined by type "CreatePostInput"\.$/,
    ],
    [
      'have a long string for an enum',
      'mutation($s: PostStatus) { createPost(input: { title: "a", body: "b", status: $s }) { errors { code } } }',
      { s: 'D'.repeat(900_000) },
      /…x+" is not defined by type|…D+" does not exist in "PostStatus" enum/,
    ],
    [
      'quote control characters',
      'query($first: Int) { posts(first: $first) { totalCount } }',
      { first: '\u0001'.repeat(2_000) },
      /got invalid value/,
    ],
    ['are missing', 'query($id: ID!) { post(id: $id) { id } }', {}, /was not provided/],
  ])('%s', async (_what, query, variables, message) => {
    const reply = await send(query, variables)
    expect(reply.status).toBe(400)
    expect(reply.errors.length).toBeLessThanOrEqual(5)
    expect(new Set(codes(reply))).toEqual(new Set(['BAD_USER_INPUT']))
    expect(reply.errors[0]?.message).toMatch(message)
    expect(Math.max(...reply.errors.map((error) => error.message.length))).toBeLessThanOrEqual(500)
    expect(reply.size).toBeLessThan(10_000)
  })

  test('are nested deeper than any stack', async () => {
    const deep = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`
    const response = await gateway.post(`{"query":${JSON.stringify(createPost)},"variables":{"input":${deep}}}`)
    expect(response.status).toBe(400)
  })
})

test('as many as are allowed reach the services, and so does a long string', async () => {
  expect(
    codes(await send(createPost, { input: { ...input, tags: Array.from({ length: 1_000 }, () => 'x') } })),
  ).toEqual(['SUBGRAPH_UNAVAILABLE'])
  expect(codes(await send(createPost, { input: { ...input, body: 'x'.repeat(900_000) } }))).toEqual([
    'SUBGRAPH_UNAVAILABLE',
  ])
})

describe('null for a variable with a default is the client’s error', () => {
  test.each<[string, string, object, RegExp]>([
    [
      'as an argument',
      'query($id: ID = "x") { post(id: $id) { id } }',
      { id: null },
      /"id" of non-null type "ID!" must not be null/,
    ],
    [
      'in an input object',
      'query($q: String = "x") { searchPosts(query: $q) { totalCount } }',
      { q: null },
      /must not be null/,
    ],
    [
      'deeper in an input object',
      'mutation($t: String = "x") { createPost(input: { title: $t, body: "b" }) { errors { code } } }',
      { t: null },
      /invalid value/,
    ],
    [
      'in a fragment',
      'query($id: ID = "x") { ...F } fragment F on Query { post(id: $id) { id } }',
      { id: null },
      /must not be null/,
    ],
    [
      'of @include',
      'query($if: Boolean = true) { posts { totalCount @include(if: $if) } }',
      { if: null },
      /must not be null/,
    ],
    [
      'of @skip',
      'query($if: Boolean = true) { ...F @skip(if: $if) } fragment F on Query { posts { totalCount } }',
      { if: null },
      /must not be null/,
    ],
  ])('%s', async (_where, query, variables, message) => {
    const reply = await send(query, variables)
    expect(reply).toMatchObject({ status: 400, errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] })
    expect(reply.errors[0]?.message).toMatch(message)
    expect(gateway.logged.filter(({ level }) => level === 50)).toEqual([])
  })

  test('where the field is not excluded', async () => {
    const query = 'query($id: ID = "x", $if: Boolean!) { posts { totalCount } post(id: $id) @include(if: $if) { id } }'
    expect(codes(await send(query, { id: null, if: false }))).toEqual(['SUBGRAPH_UNAVAILABLE'])
    expect(
      codes(await send('query($first: Int = 3) { posts(first: $first) { totalCount } }', { first: null })),
    ).toEqual(['SUBGRAPH_UNAVAILABLE'])
  })
})

describe('variables nested deeper than any stack are refused with one sentence, when they nest', () => {
  const nest = (n: number, open: string, close: string) => `${open.repeat(n)}1${close.repeat(n)}`
  test.each([
    ['lists', '[', ']'],
    ['objects', '{"a":', '}'],
    ['both', '[{"a":', '}]'],
  ])('%s', async (_what, open, close) => {
    for (const depth of [50, 2_000, 50_000])
      for (const variables of [
        `{"input":${nest(depth, open, close)}}`,
        `{"input":{},"x":${nest(depth, open, close)}}`,
      ]) {
        const response = await gateway.post(`{"query":${JSON.stringify(createPost)},"variables":${variables}}`)
        expect([response.status, await response.json()]).toEqual([
          400,
          {
            errors: [
              { message: 'The variables are nested deeper than 50 levels.', extensions: { code: 'BAD_USER_INPUT' } },
            ],
          },
        ])
      }
  })
})
