import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { ApolloClient, type ApolloLink, HttpLink, InMemoryCache } from '@apollo/client'
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries'
import { addTypenameToDocument } from '@apollo/client/utilities'
import { cacheExchange, createClient, fetchExchange } from '@urql/core'
import { type DocumentNode, getOperationAST, parse, print } from 'graphql'
import { describe, expect, test } from 'vitest'
import { clientsIn } from './clients.ts'
import { idOf } from './manifest.ts'
import { operationsOf, registeredDocument } from './registered.ts'
import { withTypenames } from './with-typenames.ts'

/** Sends the typed documents with real clients, and compares what they send with what is registered. */
type Sent = {
  readonly query?: string
  readonly extensions?: { readonly persistedQuery?: { readonly sha256Hash: string } }
}

const unknown = { errors: [{ message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }] }

/** A gateway that knows no operation by id, and what it was sent. */
function capture() {
  const sent: Sent[] = []
  const fetch = async (_input: unknown, init?: RequestInit) => {
    const body = JSON.parse(init?.body as string) as Sent
    sent.push(body)
    const reply = body.query === undefined ? unknown : { data: null, errors: [{ message: 'no data' }] }
    return new Response(JSON.stringify(reply), { headers: { 'content-type': 'application/json' } })
  }
  return { sent, fetch }
}

const isMutation = (document: DocumentNode) => getOperationAST(document)?.operation === 'mutation'

async function byApollo(document: DocumentNode, { persisted = false } = {}): Promise<readonly Sent[]> {
  const { sent, fetch } = capture()
  const http: ApolloLink = new HttpLink({ uri: 'http://gateway.test/graphql', fetch })
  const sha256 = (query: string) => createHash('sha256').update(query).digest('hex')
  const link = persisted ? new PersistedQueryLink({ sha256 }).concat(http) : http
  const client = new ApolloClient({ link, cache: new InMemoryCache() })
  const asked = isMutation(document) ? client.mutate({ mutation: document }) : client.query({ query: document })
  await expect(asked).rejects.toThrow('no data')
  client.stop()
  return sent
}

async function byUrql(document: DocumentNode): Promise<readonly Sent[]> {
  const { sent, fetch } = capture()
  const client = createClient({
    url: 'http://gateway.test/graphql',
    fetch,
    exchanges: [cacheExchange, fetchExchange],
    preferGetMethod: false,
  })
  await (isMutation(document) ? client.mutation(document, {}) : client.query(document, {})).toPromise()
  return sent
}

const operations = await Promise.all(
  clientsIn(import.meta.dirname).map(async (client) => {
    const registered = operationsOf(registeredDocument(join(import.meta.dirname, client)))
    const typed = (await import(`./${client}/generated/documents.ts`)) as Readonly<Record<string, DocumentNode>>
    return Object.values(typed).map((document) => {
      const name = getOperationAST(document)?.name?.value ?? ''
      const bodies = registered.filter((one) => one.name === name).map(({ body }) => body)
      return { of: `${name} of ${client}`, document, bodies, cached: bodies.at(-1) ?? '' }
    })
  }),
)

describe.each(operations.flat())('$of', ({ document, bodies, cached }) => {
  test('is registered as it is written, and as Apollo Client sends it, byte for byte', async () => {
    expect(bodies[0]).toBe(print(document))
    expect((await byApollo(document)).map(({ query }) => query)).toEqual([cached])
    expect(cached).toContain('__typename')
  })

  test('is asked for by a registered id, then sent with it, with PersistedQueryLink', async () => {
    const [first, second] = await byApollo(document, { persisted: true })
    expect(first).not.toHaveProperty('query')
    expect(first?.extensions?.persistedQuery?.sha256Hash).toBe(idOf(cached))
    expect(second).toMatchObject({ query: cached, extensions: first?.extensions })
  })
})

// urql prints with a printer of its own, which puts lines around literal texts; variables have none.
describe.each(operations.flat().filter(({ cached }) => !cached.includes('"')))('$of', ({ document, cached }) => {
  test('is registered as urql sends it, byte for byte', async () =>
    expect((await byUrql(document)).map(({ query }) => query)).toEqual([cached]))
})

test.each([
  'query A { a { b } }',
  'query A { a }',
  'query A { a { __typename b } }',
  'query A { a { kind: __typename b } }',
  'query A { __schema { types { name } } a { __meta b { c } } }',
  'query A { a { ... on B { b } ... @include(if: true) { c } ...F } } fragment F on B { d { e } }',
  'subscription A { a { b } }',
])('__typename is added as Apollo Client does it: %s', (text) => {
  expect(print(withTypenames(parse(text)))).toBe(print(addTypenameToDocument(parse(text))))
})
