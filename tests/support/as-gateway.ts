import type { ServiceName } from '#subgraphs/services.ts'
import type { Caller } from '#toolkit/trust/caller.ts'
import { signedHeaders } from '#toolkit/trust/signed-headers.ts'
import type { Reply } from './graphql.ts'
import type { Stack } from './stack.ts'

/** Sends requests to a subgraph as the gateway does, for a caller that need not exist in users. */
export const askAsGateway =
  (stack: Stack, service: ServiceName, caller: Caller) =>
  // biome-ignore lint/suspicious/noExplicitAny: tests assert the shape of a reply; a type would repeat it
  async <Data = any>(query: string, variables: object = {}): Promise<Reply<Data>> => {
    const url = new URL(`http://127.0.0.1:${stack.role(`${service}-api`).spec.port}/graphql`)
    const body = JSON.stringify({ query, variables })
    const key = { id: '1', secret: `a secret of tests: gateway to ${service}` }
    const headers = signedHeaders('gateway', key, { url, body, call: { caller, address: '127.0.0.1', trace: null } })
    const response = await fetch(url, { method: 'POST', headers, body })
    return { status: response.status, ...((await response.json()) as object) }
  }

/** A caller without an account. */
export const stranger = (userId: string): Caller => ({ userId, roles: [], sessionId: null })
