import type { IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ApolloServer } from '@apollo/server'
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled'
import { buildSubgraphSchema, type GraphQLResolverMap } from '@apollo/subgraph'
import Fastify, { type FastifyReply } from 'fastify'
import { parse } from 'graphql'

export type StubRequest = {
  readonly query: string
  readonly variables?: Record<string, unknown>
  readonly extensions?: Record<string, unknown>
  readonly headers: IncomingHttpHeaders
}

/** What a stub answers by itself. */
type Answer = (request: StubRequest) => Promise<object | undefined>

/** What a stub does instead of answering: returns a result (or a promise), or acts on the connection. */
type Behaviour = (request: StubRequest, reply: FastifyReply, answer: Answer) => unknown

/** A subgraph with its own schema and port that misbehaves on demand. */
export type StubSubgraph = {
  readonly name: string
  readonly url: string
  readonly schema: string
  /** Requests since the last call of `behave`. */
  readonly requests: readonly StubRequest[]
  /** Sets the behaviour; without an argument the stub answers normally. */
  behave(behaviour?: Behaviour): void
  close(): Promise<void>
}

export async function startStubSubgraph(name: string, schema: string, resolvers: object): Promise<StubSubgraph> {
  const apollo = new ApolloServer({
    schema: buildSubgraphSchema([{ typeDefs: parse(schema), resolvers: resolvers as GraphQLResolverMap<unknown> }]),
    includeStacktraceInErrorResponses: false,
    plugins: [ApolloServerPluginInlineTraceDisabled()],
  })
  await apollo.start()
  const answer: Answer = async ({ query, variables }) => {
    const { body } = await apollo.executeOperation({ query, ...(variables ? { variables } : {}) })
    return body.kind === 'single' ? body.singleResult : undefined
  }

  let requests: StubRequest[] = []
  let behaviour: Behaviour = answer
  const server = Fastify({ forceCloseConnections: true })
  server.post('/graphql', async (request, reply) => {
    const asked = { ...(request.body as Omit<StubRequest, 'headers'>), headers: request.headers }
    requests.push(asked)
    return behaviour(asked, reply, answer)
  })
  await server.listen({ host: '127.0.0.1', port: 0 })
  return {
    name,
    schema,
    url: `http://127.0.0.1:${(server.server.address() as AddressInfo).port}/graphql`,
    get requests() {
      return requests
    },
    behave(next = answer) {
      behaviour = next
      requests = []
    },
    async close() {
      await server.close()
      await apollo.stop()
    },
  }
}

/** Breaks the connection without a reply. */
export const breakConnection = (_request: StubRequest, reply: FastifyReply) => {
  reply.hijack()
  reply.raw.destroy()
}

/** Takes the request and never answers. */
export const hang = (_request: StubRequest, reply: FastifyReply) => void reply.hijack()
