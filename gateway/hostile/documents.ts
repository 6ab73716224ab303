import { manyOf, nested } from './text.ts'

/** One request: its document and variables, or the whole body. */
export type HostileRequest = { readonly query: string; readonly variables?: unknown; readonly operationName?: string }

/** Fragments F0 to F`n` on a type, each of which spreads the next twice. */
const doubling = (n: number, type: string, inner: string) =>
  `${manyOf(n, (i) => `fragment F${i} on ${type} { ...F${i + 1} ...F${i + 1} }`)} fragment F${n} on ${type} { ${inner} }`

const page = 'posts(first: 100) { nodes { id } }'
const deepPage =
  'posts(first: 100) { nodes { comments(first: 100) { nodes { author { posts(first: 100) { nodes { id } } } } } } }'

/** Hostile documents, by what is hostile about them. */
export const documents: readonly (readonly [string, HostileRequest])[] = [
  // First, because it is the gateway's first request after its start.
  [
    'as many fragments side by side as there may be',
    {
      query: `{ posts { nodes { ${manyOf(50, (n) => `...F${n}`)} } } } ${manyOf(50, (n) => `fragment F${n} on Post { id title slug body status ${n % 2 ? 'tags' : 'version'} }`)}`,
    },
  ],
  [
    'doubling fragments around a deep page',
    { query: `query { ...F0 ${deepPage} } ${doubling(12, 'Query', '__typename')}` },
  ],
  ['doubling fragments with a page', { query: `{ ...F0 } ${doubling(12, 'Query', page)}` }],
  ['doubling fragments with nothing', { query: `{ ...F0 } ${doubling(150, 'Query', '__typename')}` }],
  [
    'doubling fragments of entities',
    { query: `{ posts { nodes { ...F0 } } } ${doubling(30, 'Post', 'id author { bio }')}` },
  ],
  [
    'doubling fragments that nobody spreads',
    { query: `{ __typename } ${doubling(150, 'Query', 'posts { totalCount }')}` },
  ],
  [
    'fragments in a ring',
    { query: `{ ...F0 } ${manyOf(200, (n) => `fragment F${n} on Query { ...F${(n + 1) % 200} }`)}` },
  ],
  [
    'fragments that spread all others',
    {
      query: `{ ...F0 } ${manyOf(40, (n) => `fragment F${n} on Query { ${manyOf(20, (i) => `...F${(n * 7 + i) % 40}`)} }`)}`,
    },
  ],
  [
    'many fragments side by side',
    {
      query: `{ posts { nodes { ${manyOf(180, (n) => `...F${n}`)} } } } ${manyOf(180, (n) => `fragment F${n} on Post { id }`)}`,
    },
  ],
  ['conditions side by side', { query: `{ posts { nodes { ${manyOf(450, () => '... { id }')} } } }` }],
  [
    'many fragments that conflict',
    {
      query: `{ posts { nodes { ${manyOf(150, (n) => `...F${n}`)} } } } ${manyOf(150, (n) => `fragment F${n} on Post { id: ${n % 2 ? 'slug' : 'title'} }`)}`,
    },
  ],
  ['fragments that are not there', { query: `{ ${manyOf(900, (n) => `...X${n}`)} }` }],
  ['a deep page', { query: `{ ${deepPage} }` }],
  [
    'pages in pages',
    { query: `{ ${nested(5, (inner) => `posts(first: 100) { nodes { author { ${inner} } } }`, 'id')} }` },
  ],
  ['a page of two billion', { query: `{ posts(first: 2147483647) { nodes { id } } }` }],
  ['a page of minus two billion', { query: '{ posts(first: -2147483648) { nodes { id } } }' }],
  ['a page of more digits than a number has', { query: `{ posts(first: ${'9'.repeat(20_000)}) { nodes { id } } }` }],
  [
    'pages under many names',
    { query: `{ ${manyOf(30, (n) => `a${n}: posts(first: 100) { nodes { comments(first: 100) { totalCount } } }`)} }` },
  ],
  [
    'a text under many names',
    {
      query: `{ posts(first: 100) { nodes { comments(first: 10) { nodes { ${manyOf(29, (n) => `a${n}: body`)} } } } } }`,
    },
  ],
  ['many names', { query: `{ ${manyOf(400, (n) => `a${n}: __typename`)} }` }],
  [
    'many names in fragments',
    { query: `{ ${manyOf(60, () => '...A')} } fragment A on Query { ${manyOf(30, (n) => `a${n}: __typename`)} }` },
  ],
  ['one field again and again', { query: `{ ${manyOf(1_900, () => '__typename')} }` }],
  ['one page again and again', { query: `{ ${manyOf(280, () => 'posts { nodes { id } }')} }` }],
  [
    'one page again and again, each time in a fragment',
    { query: `{ ${manyOf(150, () => '... { posts { nodes { id } } }')} }` },
  ],
  [
    'the same author again and again',
    { query: `{ posts { nodes { ${manyOf(120, () => 'author { id posts { nodes { id } } }')} } } }` },
  ],
  ['many directives', { query: `{ ${manyOf(300, () => '__typename @include(if: true)')} }` }],
  ['one directive again and again', { query: `{ __typename ${'@aa'.repeat(900)} }` }],
  ['directives that are not known', { query: `{ __typename ${manyOf(900, (n) => `@x${n}`)} }` }],
  ['directives on variables', { query: `query(${manyOf(150, (n) => `$v${n}: Int @a @b`)}) { __typename }` }],
  [
    'a deep operation',
    { query: `{ post(id: 1) { ${nested(300, (inner) => `author { posts { nodes { ${inner} } } }`, 'id')} } }` },
  ],
  ['deep conditions', { query: `{ ${nested(600, (inner) => `... { ${inner} }`, '__typename')} }` }],
  ['a deep list', { query: `{ posts(filter: ${nested(900, (inner) => `[${inner}]`, '1')}) { totalCount } }` }],
  ['a deep object', { query: `{ posts(filter: ${nested(450, (inner) => `{a:${inner}}`, '1')}) { totalCount } }` }],
  ['a deep type', { query: `query($v: ${nested(900, (inner) => `[${inner}]`, 'Int')}) { __typename }` }],
  ['brackets that do not end', { query: '{'.repeat(100_000) }],
  ['lists that do not end', { query: `{ a(b: ${'['.repeat(100_000)}` }],
  ['nothing but names', { query: 'a '.repeat(100_000) }],
  ['nothing but comments', { query: `${'#\n'.repeat(100_000)}{ __typename }` }],
  ['nothing but line ends', { query: `${'\n'.repeat(250_000)}{ __typename` }],
  ['a megabyte of comments', { query: `${'#\n'.repeat(450_000)}{ __typename }` }],
  ['a long name', { query: `{ ${'a'.repeat(250_000)} }` }],
  ['a long alias', { query: `{ ${'a'.repeat(250_000)}: __typename }` }],
  ['a long argument', { query: `{ posts(${'a'.repeat(250_000)}: 1) { totalCount } }` }],
  ['a long type', { query: `{ ... on ${'a'.repeat(250_000)} { id } }` }],
  ['a long text', { query: `{ post(id: "${'x'.repeat(250_000)}") { id } }` }],
  ['a long text of escapes', { query: `{ post(id: "${'\\u0041'.repeat(40_000)}") { id } }` }],
  ['a long block', { query: `{ post(id: """${' \n'.repeat(120_000)}""") { id } }` }],
  ['a long text where a number is due', { query: `{ posts(first: "${'x'.repeat(250_000)}") { totalCount } }` }],
  [
    'a long text where one of few is due',
    {
      query: `mutation { createPost(input: { title: "a", body: "b", status: "${'D'.repeat(250_000)}" }) { errors { code } } }`,
    },
  ],
  ['names that are almost right', { query: `{ ${manyOf(900, (n) => `post${'s'.repeat(n % 90)}x`)} }` }],
  ['arguments that are almost right', { query: `{ posts(${manyOf(450, (n) => `first${n}: 1`)}) { totalCount } }` }],
  [
    'fields of an input that are not known',
    { query: `mutation { createPost(input: { ${manyOf(450, (n) => `titl${n}: 1`)} }) { errors { code } } }` },
  ],
  ['one argument again and again', { query: `{ posts(${manyOf(450, () => 'first: 1')}) { totalCount } }` }],
  [
    'one field of an input again and again',
    { query: `mutation { createPost(input: { ${manyOf(450, () => 'title: "a"')} }) { errors { code } } }` },
  ],
  ['many operations', { query: manyOf(350, (n) => `query Q${n} { __typename }`), operationName: 'Q1' }],
  ['many operations of one name', { query: manyOf(350, () => 'query Q { __typename }'), operationName: 'Q' }],
  ['a long name of no operation', { query: '{ __typename }', operationName: 'x'.repeat(900_000) }],
  ['many variables', { query: `query(${manyOf(380, (n) => `$v${n}: Int`)}) { __typename }` }],
  [
    'one variable again and again',
    { query: `query(${manyOf(380, () => '$v: Int')}) { posts(first: $v) { totalCount } }` },
  ],
  ['many types of variables', { query: `query(${manyOf(380, (n) => `$v${n}: X${n}`)}) { __typename }` }],
  [
    'many mutations',
    {
      query: `mutation { ${manyOf(30, (n) => `a${n}: signIn(input: { email: "a@b.example", password: "x" }) { errors { code } }`)} }`,
    },
  ],
  [
    'many mutations in fragments',
    {
      query: `mutation { ${manyOf(30, (n) => `...F${n}`)} } ${manyOf(30, (n) => `fragment F${n} on Mutation { a${n}: signOut { errors { code } } }`)}`,
    },
  ],
  ['a definition of a schema', { query: manyOf(500, (n) => `scalar S${n}`) }],
  [
    'circular introspection',
    { query: `{ __schema { types { ${nested(4, (inner) => `fields { type { ${inner} } }`, 'name')} } } }` },
  ],
  [
    'less circular introspection',
    { query: `{ __schema { types { ${nested(3, (inner) => `fields { type { ${inner} } }`, 'name description')} } } }` },
  ],
  [
    'introspection under many names',
    { query: `{ ${manyOf(30, (n) => `a${n}: __schema { types { fields { args { name description } } } }`)} }` },
  ],
  [
    'introspection in fragments',
    { query: `{ __schema { types { ...F0 } } } ${doubling(9, '__Type', 'fields { name description }')}` },
  ],
  [
    'deep introspection',
    { query: `{ __type(name: "Post") { ${nested(600, (inner) => `ofType { ${inner} }`, 'name')} } }` },
  ],
  ['a subscription', { query: 'subscription { __typename }' }],
  [
    'names of what JavaScript inherits',
    { query: '{ __proto__: __typename constructor: posts { toString: totalCount } }' },
  ],
  [
    'many fetches',
    {
      query: `{ ${manyOf(24, (n) => `a${n}: posts(first: 1) { nodes { comments(first: 1) { nodes { author { bio posts(first: 1) { nodes { comments(first: 1) { nodes { author { bio } } } } } } } } } }`)} }`,
    },
  ],
  [
    'conditions that vary',
    {
      query: `query(${manyOf(10, (n) => `$if${n}: Boolean!`)}) { ${manyOf(10, (n) => `a${n}: posts(first: 5) @include(if: $if${n}) { nodes { comments(first: 1) @skip(if: $if${9 - n}) { totalCount } author @include(if: $if${(n + 5) % 10}) { bio } } }`)} }`,
      variables: Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`if${n}`, n % 3 > 0])),
    },
  ],
  [
    'keys under other names',
    {
      query: `{ ${manyOf(10, (n) => `a${n}: posts(first: 20) { nodes { id: slug __typename: title comments(first: 1) { totalCount } } }`)} }`,
    },
  ],
]
