import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type RunningGateway,
  startGateway,
  startPeople,
  startWritings,
  supergraphOf,
} from '../testing/gateway.fixture.ts'
import type { StubSubgraph } from '../testing/stub-subgraph.fixture.ts'

let people: StubSubgraph
let writings: StubSubgraph
let open: RunningGateway
let production: RunningGateway

beforeAll(async () => {
  ;[people, writings] = await Promise.all([startPeople(), startWritings()])
  const supergraph = supergraphOf([people, writings])
  ;[open, production] = await Promise.all([
    startGateway(supergraph),
    startGateway(supergraph, { NODE_ENV: 'production' }),
  ])
})
afterAll(() => Promise.all([open?.stop(), production?.stop(), people?.close(), writings?.close()]))

const many = (n: number, text: (index: number) => string) => Array.from({ length: n }, (_, n) => text(n)).join(' ')
const send = async (gateway: RunningGateway, query: string) => {
  const response = await gateway.post(JSON.stringify({ query }))
  const text = await response.text()
  const { errors } = JSON.parse(text) as { errors: { message: string; extensions: { code: string } }[] }
  return { status: response.status, size: text.length, messages: errors?.map(({ message }) => message), errors }
}

describe('a document is refused with one sentence when it', () => {
  test.each([
    [
      'has many aliases of __typename',
      `{ ${many(31, (n) => `a${n}: __typename`)} }`,
      'Aliases limit of 30 exceeded, found 31.',
    ],
    [
      'has aliases in fragments that are spread again and again',
      `{ ${many(8, () => '...A')} } fragment A on Query { ${many(4, (n) => `a${n}: __typename`)} }`,
      'Aliases limit of 30 exceeded, found 32.',
    ],
    [
      'repeats the same field',
      `{ ${many(32, () => '__typename')} }`,
      'Repeated fields limit of 30 exceeded, found 31.',
    ],
    [
      'repeats the same field in fragments',
      `{ person(id: 1) { ${many(16, () => '... { id } ... on Person { ... { id } }')} } }`,
      'Repeated fields limit of 30 exceeded, found 31.',
    ],
    [
      'has many fragments',
      `{ ${many(51, (n) => `...F${n}`)} } ${many(51, (n) => `fragment F${n} on Query { __typename }`)}`,
      'Fragments limit of 50 exceeded, found 51.',
    ],
    [
      'has a directive twice',
      '{ __typename @aa @bb @aa @aa }',
      'The directive "@aa" can only be used once at this location.',
    ],
    [
      'has a directive twice on an operation',
      'query @aa @aa { __typename }',
      'The directive "@aa" can only be used once at this location.',
    ],
    [
      'expands to many selections',
      `{ ...F0 } ${many(20, (n) => `fragment F${n} on Query { ...F${n + 1} ...F${n + 1} }`)} fragment F20 on Query { __typename }`,
      'Selections limit of 2000 exceeded, found 3145727.',
    ],
    [
      'selects many objects',
      `{ writings { ${many(3, () => '...A')} } } fragment A on Writing { ${many(8, (n) => `a${n}: author { self { self { self { self { id } } } } }`)} }`,
      'Objects limit of 100 exceeded, found 121.',
    ],
    [
      'has such fragments without spreading them',
      `{ __typename } ${many(49, (n) => `fragment F${n} on Query { ...F${n + 1} ...F${n + 1} }`)} fragment F49 on Query { __typename }`,
      /^Selections limit of 2000 exceeded/,
    ],
    [
      'nests introspection deeply',
      `{ __type(name: "Query") { ${'ofType { '.repeat(25)} name ${'}'.repeat(25)} } }`,
      'Introspection depth limit of 20 exceeded, found 27.',
    ],
    ['has a long name', `{ ${'x'.repeat(900_000 / 4)} }`, 'Name length limit of 200 exceeded, found 225000.'],
    [
      'is long',
      `{ __typename } ${'#\n'.repeat(200_000)}`,
      /^The document has 400015 characters, and 262144 are allowed/,
    ],
    [
      'has introspection in a conditional fragment',
      '{ ...F @include(if: true) } fragment F on Query { __schema { queryType { name } } }',
      'A fragment with a condition cannot ask for __schema or __type: put the condition on the field itself.',
    ],
    ['subscribes', 'subscription { __typename }', 'This API has no subscription operations.'],
  ])('%s', async (_what, query, message) => {
    for (const gateway of [open, production]) {
      const reply = await send(gateway, query)
      expect(reply).toMatchObject({
        status: 400,
        messages: [expect.stringMatching(typeof message === 'string' ? /./ : message)],
      })
      if (typeof message === 'string') expect(reply.messages).toEqual([message])
      expect(reply.size).toBeLessThan(1_000)
    }
    expect(open.logged.filter(({ level }) => level === 50)).toEqual([])
  })
})

describe('a document nested deeper than any stack is refused as too deep, when it nests', () => {
  const nest = (n: number, open: string, inner: string, close: string) => open.repeat(n) + inner + close.repeat(n)
  const depths = [201, 700, 1_995, 30_000]
  test.each<[string, (n: number) => string]>([
    ['selections', (n) => nest(n, '{a', '', '}')],
    ['inline fragments', (n) => `{ ${nest(n, '...{', '__typename', '}')} }`],
    ['lists', (n) => `{ person(id: ${nest(n, '[', '1', ']')}) { name } }`],
    ['lists that do not end', (n) => `{ person(id: ${'['.repeat(n)}`],
    ['objects', (n) => `{ person(id: ${nest(n, '{a:', '1', '}')}) { name } }`],
    ['lists and objects', (n) => `{ person(id: ${nest(n, '[{a:', '1', '}]')}) { name } }`],
    ['values of a directive', (n) => `{ __typename @include(if: ${nest(n, '[', 'true', ']')}) }`],
    ['types', (n) => `query($v: ${nest(n, '[', 'Int', ']')}) { __typename }`],
    ['types that do not end', (n) => `query($v: ${'['.repeat(n)}`],
    ['defaults', (n) => `query($v: Int = ${nest(n, '[', '1', ']')}) { __typename }`],
    ['values of a fragment', (n) => `fragment F on Query @a(b: ${nest(n, '[', '1', ']')}) { __typename }`],
    ['values of a schema', (n) => `type T @a(b: ${nest(n, '{a:', '1', '}')}) { a: Int }`],
  ])('%s', async (_what, document) => {
    for (const depth of depths) {
      const { status, messages, errors } = await send(production, document(depth).slice(0, 200_000))
      expect({ status, messages, code: errors[0]?.extensions.code }).toEqual({
        status: 400,
        messages: [expect.stringMatching(/^Nesting limit of 200 exceeded: /)],
        code: 'GRAPHQL_VALIDATION_FAILED',
      })
    }
  })

  test('brackets in strings and comments are not counted', async () => {
    const many = '[{('.repeat(300)
    const query = `# ${many}\n{ person(id: "${many}") { name } b: person(id: """${many}""") { name } }`
    expect((await send(production, query)).status).toBe(200)
  })
})

describe('at most five errors are reported, in less than 10 kB, when', () => {
  test.each([
    ['fields are not known', `{ ${many(300, (n) => `x${n}`)} }`],
    ['directives are not known', `{ ${many(29, (n) => `__typename @x${n}`)} }`],
    ['variables are not used', `query(${many(200, (n) => `$${'v'.repeat(190)}${n}: Int`)}) { __typename }`],
    [
      'fragments spread each other',
      `{ ...F0 } ${many(200, (n) => `fragment F${n} on Query { ...F${(n + 1) % 200} }`)}`,
    ],
    ['names are used twice', many(300, () => 'query A { __typename }')],
    ['a name does not end', `{ person(id: 1) { ${'x'.repeat(200_000)}`],
    ['a text is no condition', `{ person(id: 1) @skip(if: "${'x'.repeat(200_000)}") { name } }`],
    ['control characters are quoted', `{ person(id: 1) @skip(if: "${'\\u0001'.repeat(20_000)}") { name } }`],
  ])('%s', async (_what, query) => {
    const reply = await send(production, query)
    expect(reply.status).toBe(400)
    expect(reply.messages.length).toBeLessThanOrEqual(5)
    expect(Math.max(...reply.messages.map((message) => message.length))).toBeLessThanOrEqual(500)
    expect(reply.size).toBeLessThan(10_000)
  })
})

test('a page that fails in a hundred places reports twenty of them', async () => {
  writings.behave(() => ({
    data: { writings: null },
    errors: Array.from({ length: 100 }, () => ({ message: 'x'.repeat(900), extensions: { code: 'INVALID_INPUT' } })),
  }))
  const { errors } = await open.ask('{ writings { title } }')
  writings.behave()
  expect(errors).toHaveLength(20)
  expect(errors[0].message).toHaveLength(499)
})

describe('a similar name', () => {
  const mistaken = [
    '{ persn(id: "1") { name } }',
    '{ person(idd: "1") { name } }',
    '{ __typename ... on Persn { name } }',
  ]
  test('is suggested in development', async () => {
    for (const query of mistaken) expect((await send(open, query)).messages.join()).toMatch(/Did you mean/)
  })

  test('is not suggested in production', async () => {
    for (const query of mistaken) expect((await send(production, query)).messages.join()).not.toMatch(/Did you mean/)
  })
})

test('a long unknown operation name is quoted in part', async () => {
  const response = await open.post(JSON.stringify({ query: '{ __typename }', operationName: 'X'.repeat(900_000) }))
  expect(response.status).toBe(400)
  expect(await response.json()).toEqual({
    errors: [
      {
        message: expect.stringMatching(/^Unknown operation named "X+…X+"\.$/),
        extensions: { code: 'OPERATION_RESOLUTION_FAILURE' },
      },
    ],
  })
})
