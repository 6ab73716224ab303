import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ConsistencyConfig } from './config.ts'
import { beginOperation, type OperationConsistency } from './operation.ts'
import { type Reply, replyTo } from './reply.ts'
import { readTokens, TOKEN_HEADER } from './request-tokens.ts'
import { createConsistencyTokens } from './token.ts'

/** What accompanies a request: its tokens, and what its operation requires and writes. */
export type RequestConsistency = {
  readonly operation: OperationConsistency
  /** Ends the operation; cookies are added to the HTTP reply. Call it once. */
  end(): Pick<Reply, 'extension' | 'token'>
}

/** Begins the consistency of each request. */
export type Consistency = (request: FastifyRequest, reply: FastifyReply) => RequestConsistency

export function createConsistency(
  config: ConsistencyConfig & { readonly SUBGRAPH_TIMEOUT_MS: number; readonly REQUEST_TIMEOUT_MS: number },
): Consistency {
  const [newest, ...older] = config.CONSISTENCY_KEYS.map(({ secret }) => secret)
  const tokens = createConsistencyTokens([newest ?? '', ...older])
  const inUse = config.CONSISTENCY_COOKIE === 'on'
  const waitMs = config.CONSISTENCY_WAIT_MS
  const answerMs = Math.max(0, Math.min(config.SUBGRAPH_TIMEOUT_MS, config.REQUEST_TIMEOUT_MS) - waitMs)
  const now = () => Math.floor(Date.now() / 1_000)

  return ({ headers, protocol }, reply) => {
    const header = headers[TOKEN_HEADER]
    const given = readTokens(
      { [TOKEN_HEADER]: Array.isArray(header) ? header.join() : header, ...(inUse && { cookie: headers.cookie }) },
      tokens,
      now(),
    )
    const operation = beginOperation(given?.entries ?? [], { waitMs, answerMs })
    return {
      operation,
      end() {
        const cookies = { inUse, secure: protocol === 'https' }
        const { extension, token, setCookies } = replyTo(given, operation, tokens, cookies, now())
        if (setCookies.length > 0) reply.header('set-cookie', setCookies)
        return { extension, token }
      },
    }
  }
}
