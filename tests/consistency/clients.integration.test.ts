import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client'
import { createClient, fetchExchange } from '@urql/core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { consistentFetch } from '#client/consistency.ts'
import { askedOf, writes } from '../../gateway/consistency/stub.fixture.ts'
import { type RunningGateway, startGateway, startPeople, supergraphOf } from '../../gateway/testing/gateway.fixture.ts'
import type { StubSubgraph } from '../../gateway/testing/stub-subgraph.fixture.ts'

const rename = 'mutation Rename { rename(id: "1", name: "Ada") { name } }'
const read = 'query Read { person(id: "1") { name } }'

let people: StubSubgraph
let gateway: RunningGateway
beforeAll(async () => {
  people = await startPeople()
  gateway = await startGateway(supergraphOf([people]))
})
afterAll(() => Promise.all([gateway?.stop(), people?.close()]))
beforeEach(() => writes(people))

/** A client that wraps fetch, and sends an operation. */
const clients: Readonly<Record<string, () => (operation: string) => Promise<unknown>>> = {
  'Apollo Client': () => {
    const link = new HttpLink({ uri: `${gateway.url}/graphql`, fetch: consistentFetch() })
    const client = new ApolloClient({ link, cache: new InMemoryCache() })
    return (operation) =>
      operation === rename
        ? client.mutate({ mutation: gql(rename), fetchPolicy: 'no-cache' })
        : client.query({ query: gql(read), fetchPolicy: 'no-cache' })
  },
  urql: () => {
    const client = createClient({
      url: `${gateway.url}/graphql`,
      fetch: consistentFetch(),
      exchanges: [fetchExchange],
      preferGetMethod: false,
    })
    return (operation) => (operation === rename ? client.mutation(rename, {}) : client.query(read, {})).toPromise()
  },
  'plain fetch': () => {
    const fetch = consistentFetch()
    return async (query) => {
      const body = JSON.stringify({ query })
      const headers = { 'content-type': 'application/json' }
      return (await fetch(`${gateway.url}/graphql`, { method: 'POST', headers, body })).json()
    }
  },
}

const required = () => askedOf(people.requests.at(-1))?.require.map(([, , version]) => version) ?? []
const requiredKeys = () => new Set(askedOf(people.requests.at(-1))?.require.map(([, key]) => key))

describe.each(Object.entries(clients))('%s', (_, start) => {
  test('sends what it wrote with its next query', async () => {
    const send = start()
    await send(read)
    expect(required()).toEqual([])
    expect(await send(rename)).toMatchObject({ data: { rename: { name: 'Ada' } } })
    expect(await send(read)).toMatchObject({ data: { person: { name: 'Person 1' } } })
    expect(required()).toEqual([1])
  })

  test('loses nothing of twenty concurrent mutations', async () => {
    const send = start()
    await Promise.all(Array.from({ length: 20 }, () => send(rename)))
    await send(read)
    expect(requiredKeys().size).toBe(20)
  })

  test('does not share what it must see with another client', async () => {
    const [one, other] = [start(), start()]
    await one(rename)
    await other(read)
    expect(required()).toEqual([])
  })
})

test('more writes than a token has room for: the newest are required, and the client hears of it', async () => {
  const fetch = consistentFetch()
  const send = async (query: string) => {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query }) }
    const reply = (await (await fetch(`${gateway.url}/graphql`, init)).json()) as {
      readonly extensions?: { readonly consistency?: object }
    }
    return reply.extensions?.consistency
  }
  await Promise.all(Array.from({ length: 60 }, () => send(rename)))
  expect(await send(read)).toMatchObject({ fresh: false, refused: ['incomplete'] })
  expect(requiredKeys().size).toBeGreaterThanOrEqual(32)
})
