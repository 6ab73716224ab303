import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  type RunningGateway,
  startGateway,
  startPeople,
  startWritings,
  supergraphOf,
} from '../../testing/gateway.fixture.ts'
import { breakConnection, type StubSubgraph } from '../../testing/stub-subgraph.fixture.ts'

let people: StubSubgraph
let writings: StubSubgraph
let gateway: RunningGateway

beforeAll(async () => {
  ;[people, writings] = await Promise.all([startPeople(), startWritings()])
  gateway = await startGateway(supergraphOf([people, writings]))
})
afterAll(() => Promise.all([gateway?.stop(), people?.close(), writings?.close()]))
beforeEach(() => {
  people.behave()
  writings.behave()
})

const author = (inner: string) => `{ writings { author { ${inner} } } }`
const authors = (...of: object[]) => ({ data: { writings: [of[0], of[1], of[0]].map((one) => ({ author: one })) } })

describe('a client may give a field a name that the planner uses for a key', () => {
  test.each([
    ['below a list', author('id: name age'), authors({ id: 'Person 1', age: 31 }, { id: 'Person 2', age: 32 })],
    [
      'as the type',
      author('__typename: name age'),
      authors({ __typename: 'Person 1', age: 31 }, { __typename: 'Person 2', age: 32 }),
    ],
    ['the type as a key', author('id: __typename age'), authors({ id: 'Person', age: 31 }, { id: 'Person', age: 32 })],
    ['the key as something else', author('name: id age'), authors({ name: '1', age: 31 }, { name: '2', age: 32 })],
    [
      'the type, the key and another name at once',
      author('__typename: id id: name _client_id: age'),
      authors({ __typename: '1', id: 'Person 1', _client_id: 31 }, { __typename: '2', id: 'Person 2', _client_id: 32 }),
    ],
    [
      'as the planner names what it renames',
      author('name__alias_0: name age__alias_0: age'),
      authors({ name__alias_0: 'Person 1', age__alias_0: 31 }, { name__alias_0: 'Person 2', age__alias_0: 32 }),
    ],
    [
      'as what JavaScript objects inherit',
      author('constructor: name toString: age'),
      authors({ constructor: 'Person 1', toString: 31 }, { constructor: 'Person 2', toString: 32 }),
    ],
    [
      'in fragments',
      `${author('...F ... on Person { age }')} fragment F on Person { id: name }`,
      authors({ id: 'Person 1', age: 31 }, { id: 'Person 2', age: 32 }),
    ],
    [
      'at the top',
      '{ writings: person(id: "2") { id: name self { id: age } } }',
      { data: { writings: { id: 'Person 2', self: null } } },
    ],
  ])('%s', async (_where, query, reply) => {
    expect(await gateway.ask(query)).toEqual(reply)
    // Again, with the cached plan.
    expect(await gateway.ask(query)).toEqual(reply)
  })

  test('and `__proto__` is an ordinary name', async () => {
    const response = await gateway.post(JSON.stringify({ query: author('__proto__: name age') }))
    expect(await response.text()).toContain('{"__proto__":"Person 2","age":32}')
  })

  test('in the order of the query', async () => {
    const reply = await gateway.ask(author('age id: name'))
    expect(Object.keys(reply.data.writings[0].author)).toEqual(['age', 'id'])
  })

  test('two operations of one document differ in their names only', async () => {
    const query = `query A ${author('id: name age')} query B ${author('id age')}`
    const ask = async (operationName: string) => (await gateway.post(JSON.stringify({ query, operationName }))).json()
    expect(await ask('A')).toEqual(authors({ id: 'Person 1', age: 31 }, { id: 'Person 2', age: 32 }))
    expect(await ask('B')).toEqual(authors({ id: '1', age: 31 }, { id: '2', age: 32 }))
  })
})

test('a variable may have the name of one of the planner’s', async () => {
  const query =
    'query($representations: ID!, $_client_x: Boolean!) { person(id: $representations) { id: name age @skip(if: $_client_x) } }'
  expect(await gateway.ask(query, { representations: '2', _client_x: true })).toEqual({
    data: { person: { id: 'Person 2' } },
  })
  const entities = 'query($representations: Boolean!) { writings { author { age @include(if: $representations) } } }'
  expect(await gateway.ask(entities, { representations: true })).toEqual(authors({ age: 31 }, { age: 32 }))
})

describe('errors use the client’s names', () => {
  test('in an error of a subgraph', async () => {
    people.behave(() => ({
      data: { _entities: [null, null, null] },
      errors: [{ message: 'no', path: ['_entities', 0, '_client_id'], extensions: { code: 'INVALID_INPUT' } }],
    }))
    const { errors } = await gateway.ask(author('id: age'))
    expect(errors).toEqual([
      { message: 'no', path: ['writings', 0, 'author', 'id'], extensions: { code: 'INVALID_INPUT' } },
    ])
  })

  test('when a non-null field is null', async () => {
    people.behave(() => ({ data: { person: { name: 'Ada', _client_id: null } } }))
    expect(await gateway.ask('{ person(id: "2") { name id: shoeSize } }')).toEqual({
      data: { person: null },
      errors: [
        {
          message: 'Cannot return null for non-nullable field Person.id.',
          path: ['person', 'id'],
          extensions: { code: 'VALUE_COMPLETION' },
        },
      ],
    })
  })

  test('when a service is down', async () => {
    people.behave(breakConnection)
    expect(await gateway.ask('{ id: person(id: "1") { name } }')).toMatchObject({
      data: { id: null },
      errors: [{ extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }],
    })
  })
})
