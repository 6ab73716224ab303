import type { HostileRequest } from './documents.ts'
import { manyOf } from './text.ts'

const createPost = 'mutation($input: CreatePostInput!) { createPost(input: $input) { errors { code } } }'
const posts =
  'query($first: Int) { posts(first: $first) { nodes { author { posts(first: $first) { nodes { id } } } } } }'
const input = { title: 'A title', body: 'A body' }
const list = (length: number, item: unknown) => Array.from({ length }, () => item)
/** Nested objects, as text: JSON.stringify cannot nest this deep. */
const deep = (n: number) => `${'{"a":'.repeat(n)}1${'}'.repeat(n)}`

/** Large or invalid variables, by what is hostile about them. */
export const hostileVariables: readonly (readonly [string, HostileRequest | string])[] = [
  ['8,000 wrong items', { query: createPost, variables: { input: { ...input, tags: list(8_000, 1) } } }],
  ['150,000 wrong items', { query: createPost, variables: { input: { ...input, tags: list(150_000, {}) } } }],
  ['1,000 wrong items', { query: createPost, variables: { input: { ...input, tags: list(1_000, {}) } } }],
  ['lists of lists', { query: createPost, variables: { input: { ...input, tags: list(300, list(300, 1)) } } }],
  [
    'variables that are not asked for',
    { query: '{ __typename }', variables: Object.fromEntries(list(50_000, 0).map((_, n) => [`v${n}`, n])) },
  ],
  [
    'fields that are not known',
    { query: createPost, variables: { input: Object.fromEntries(list(9_000, 0).map((_, n) => [`f${n}`, n])) } },
  ],
  ['a long key', { query: createPost, variables: { input: { ['k'.repeat(900_000)]: 1 } } }],
  ['a long text', { query: posts, variables: { first: 'x'.repeat(900_000) } }],
  [
    'a long text for one of few',
    {
      query:
        'mutation($s: PostStatus) { createPost(input: { title: "a", body: "b", status: $s }) { errors { code } } }',
      variables: { s: 'x'.repeat(900_000) },
    },
  ],
  ['a text of control characters', { query: posts, variables: { first: '\u0001'.repeat(150_000) } }],
  ['a deep object', `{"query":${JSON.stringify(createPost)},"variables":{"input":${deep(100_000)}}}`],
  ['a deep object that nobody asks for', `{"query":"{ __typename }","variables":{"x":${deep(100_000)}}}`],
  ['a large page', { query: posts, variables: { first: 2_147_483_647 } }],
  ['a page of a number that is none', { query: posts, variables: { first: 1e308 } }],
  ['null where none may be', { query: 'query($id: ID = "x") { post(id: $id) { id } }', variables: { id: null } }],
  [
    'null for a condition',
    { query: 'query($if: Boolean = true) { __typename @skip(if: $if) }', variables: { if: null } },
  ],
  [
    'the name of the planner’s variable',
    {
      query:
        'query($representations: Int) { posts(first: $representations) { nodes { comments(first: $representations) { totalCount } } } }',
      variables: { representations: 3 },
    },
  ],
  [
    'many variables that are missing',
    {
      query: `query(${manyOf(300, (n) => `$v${n}: Int!`)}) { ${manyOf(30, (n) => `a${n}: posts(first: $v${n}) { totalCount }`)} }`,
      variables: {},
    },
  ],
  ['a list for an object', { query: createPost, variables: { input: list(900, input) } }],
  ['variables that are a list', { query: createPost, variables: list(900, 1) }],
  ['extensions that are large', JSON.stringify({ query: '{ __typename }', extensions: { x: list(100_000, {}) } })],
]
