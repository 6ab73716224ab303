import type { GraphQLFormattedError } from 'graphql'
import { z } from 'zod'

/** The reasons to refuse a signed request: a name, which never changes, and a description. */
const refusals = {
  unsigned: 'the request is not signed',
  malformed: 'its signature is malformed, or uses what is not supported here',
  unknown_key: 'the signing key is unknown',
  not_covered: 'the signature does not cover all that it must',
  missing_component: 'the signature covers what the request lacks, or what is not supported here',
  wrong_signature: 'the signature is invalid for the request',
  stale: "the signature is stale: the caller's clock and ours differ by more than 30 s",
  wrong_digest: 'the body is not the one that Content-Digest is of',
  caller_not_allowed: 'only the gateway may ask on behalf of a caller',
  operation_not_allowed: 'its caller may ask for some entities by their ids, and for nothing else',
}

export type RefusalReason = keyof typeof refusals

export const refusalReasons = Object.keys(refusals) as readonly RefusalReason[]

export type Refusal = {
  readonly reason: RefusalReason
  /** The caller that the request names, if there are keys for it. */
  readonly caller?: string
  /** How far the caller's clock is ahead, in seconds; negative when it is behind. Only for stale requests. */
  readonly aheadS?: number
}

/** The body of the HTTP 401 response to a request that a subgraph refuses. */
export const refusalReply = ({ reason, aheadS }: Refusal): { readonly errors: readonly GraphQLFormattedError[] } => ({
  errors: [
    {
      message: `Subgraphs answer signed requests only, and ${refusals[reason]}. Ask the gateway.`,
      extensions: { code: 'UNSIGNED_REQUEST', reason, ...(aheadS !== undefined && { aheadS }) },
    },
  ],
})

/** Another process refused this process's request with HTTP 401. A retry would be refused again. */
export class RequestRefused extends Error {
  /** The callee's name for the reason; undefined when it gives none. */
  readonly reason: string | undefined
  /** How far the local clock is ahead of the callee's, in seconds, when that is the reason. */
  readonly aheadS: number | undefined

  constructor(body: string) {
    const { message = body.slice(0, 500), extensions } = firstErrorOf(body) ?? {}
    const aheadS = extensions?.aheadS
    super(aheadS === undefined ? `our request was refused: ${message}` : clocksDiffer(aheadS))
    this.reason = extensions?.reason
    this.aheadS = aheadS
  }
}

const clocksDiffer = (aheadS: number): string =>
  `our request was refused because the clocks differ: ours is ${Math.abs(aheadS)} s ${aheadS < 0 ? 'behind' : 'ahead'}`

const refused = z.object({
  errors: z.tuple(
    [
      z.object({
        message: z.string(),
        extensions: z.object({ reason: z.string().optional(), aheadS: z.number().optional() }).optional(),
      }),
    ],
    z.unknown(),
  ),
})

function firstErrorOf(body: string) {
  try {
    return refused.parse(JSON.parse(body)).errors[0]
  } catch {
    return undefined // the response is from something else, such as a proxy
  }
}
