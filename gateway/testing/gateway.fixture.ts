import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { composeServices } from '@apollo/composition'
import { parse } from 'graphql'
import { pino } from 'pino'
import { readSupergraphList } from '#contracts/supergraph-list.ts'
import { freePort } from '#infra/ports.ts'
import { parseConfig } from '#toolkit/process/config.ts'
import { gatewayConfig } from '../config.ts'
import { createGateway } from '../server.ts'
import { type StubSubgraph, startStubSubgraph } from './stub-subgraph.fixture.ts'

const link =
  '@link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external", "@provides"])'

/** Two people, and two posts of each. */
export const startPeople = () =>
  startStubSubgraph(
    'people',
    `extend schema ${link}
     type Query { person(id: ID!): Person  broken: String }
     type Mutation { rename(id: ID!, name: String!): Person }
     type Person @key(fields: "id") { id: ID!  name: String! @shareable  age: Int  shoeSize: Int!  self: Person }`,
    {
      Query: {
        person: (_: unknown, { id }: { id: string }) => person(id),
        broken: () => {
          throw new Error('the password of the database is 1234')
        },
      },
      Mutation: { rename: (_: unknown, { id, name }: { id: string; name: string }) => ({ ...person(id), name }) },
      Person: { __resolveReference: ({ id }: { id: string }) => person(id) },
    },
  )

const person = (id: string) => ({ id, name: `Person ${id}`, age: Number(id) + 30, shoeSize: id === '2' ? null : 40 })

export const startWritings = () =>
  startStubSubgraph(
    'writings',
    `extend schema ${link}
     type Query { writings: [Writing!] }
     type Mutation { write(title: String!): Writing }
     type Writing @key(fields: "id") { id: ID!  title: String!  author: Person @provides(fields: "name") }
     type Person @key(fields: "id") { id: ID!  name: String! @external }`,
    {
      Query: { writings: () => [writing('1', '1'), writing('2', '2'), writing('3', '1')] },
      Mutation: { write: (_: unknown, { title }: { title: string }) => ({ ...writing('4', '1'), title }) },
    },
  )

const writing = (id: string, authorId: string) => ({
  id,
  title: `Writing ${id}`,
  author: { __typename: 'Person', id: authorId, name: `Person ${authorId}` },
})

/** Composes the supergraph of these subgraphs, as the real one is composed. */
export function supergraphOf(subgraphs: readonly Pick<StubSubgraph, 'name' | 'url' | 'schema'>[]): string {
  const { supergraphSdl, errors } = composeServices(
    subgraphs.map(({ name, url, schema }) => ({ name, url, typeDefs: parse(schema) })),
  )
  if (!supergraphSdl) throw new Error(errors?.join('\n'))
  return supergraphSdl
}

/** Stubs of these tests, and services of the real supergraph. */
const stubs = ['people', 'writings']
const listed = readSupergraphList(join(import.meta.dirname, '..', '..', 'contracts', 'supergraph.yaml')).map(
  ({ name }) => name,
)

/** The secret shared by these gateways and their subgraphs. */
export const secret = 'a secret of these tests'

export type RunningGateway = {
  /** Its base url, without a path. */
  readonly url: string
  /** Its base url for operators. */
  readonly opsUrl: string
  /** The file of its supergraph. */
  readonly supergraph: string
  /** Its log, parsed. */
  readonly logged: readonly Record<string, unknown>[]
  post(body: string, headers?: Record<string, string>): Promise<Response>
  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects of a reply; its type would say it twice
  ask(query: string, variables?: object, headers?: Record<string, string>): Promise<any>
  /** The value of one sample of its metrics, as in `gateway_breaker_open{subgraph="people"}`. */
  metric(name: string, labels?: Record<string, string>): Promise<number | undefined>
  stop(): Promise<void>
}

/** A gateway in this process, with its own ports and supergraph file. */
export async function startGateway(supergraph: string, env: Record<string, string> = {}): Promise<RunningGateway> {
  const dir = mkdtempSync(join(tmpdir(), 'inkstream-gateway-'))
  const file = join(dir, 'supergraph.graphql')
  writeFileSync(file, supergraph)
  const [port, opsPort] = await Promise.all([freePort(), freePort()])
  const parsed = parseConfig(gatewayConfig, {
    PORT: String(port),
    OPS_PORT: String(opsPort),
    SUPERGRAPH_PATH: file,
    NODE_ENV: 'test',
    // Nobody answers there: who sends tokens names another.
    JWKS_URL: 'http://127.0.0.1:1/keys',
    CONSISTENCY_KEYS: secret,
    SUBGRAPH_KEYS: [...stubs, ...listed].map((name) => `${name}=1:${secret}`).join(','),
    ...env,
  })
  if ('problems' in parsed) throw new Error(parsed.problems.join('\n'))
  const logged: Record<string, unknown>[] = []
  const gateway = createGateway(
    parsed.config,
    pino({ level: 'info' }, { write: (line: string) => void logged.push(JSON.parse(line)) }),
  )
  await gateway.start().catch(async (error: unknown) => {
    await gateway.stop()
    rmSync(dir, { recursive: true, force: true })
    throw error
  })

  const url = `http://127.0.0.1:${port}`
  const post = (body: string, headers: Record<string, string> = {}) =>
    fetch(`${url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body })
  const opsUrl = `http://127.0.0.1:${opsPort}`
  return {
    url,
    opsUrl,
    supergraph: file,
    logged,
    post,
    ask: async (query, variables, headers) => (await post(JSON.stringify({ query, variables }), headers)).json(),
    async metric(name, labels = {}) {
      const lines = (await (await fetch(`${opsUrl}/metrics`)).text()).split('\n')
      const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`)
      const line = lines.find(
        (line) => /^\w+/.exec(line)?.[0] === name && wanted.every((label) => line.includes(label)),
      )
      return line === undefined ? undefined : Number(line.split(' ').at(-1))
    },
    async stop() {
      await gateway.stop()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
