import { setCookies } from './cookies.ts'
import { GOOD_FOR_S } from './entry.ts'
import type { Behind, OperationConsistency } from './operation.ts'
import type { ConsistencyTokenRefusal, RequestTokens } from './request-tokens.ts'
import type { ConsistencyTokens } from './token.ts'

/** With more tokens than this, a reply brings one in their place: clients with many stay below what a request may have. */
const FEW_TOKENS = 4

/** `extensions.consistency` of a reply to a client. */
export type ReplyExtension = {
  readonly token?: string
  /** How long the token is good, in seconds. */
  readonly expiresIn?: number
  /** Whether the answer contains all that it had to. */
  readonly fresh?: boolean
  readonly behind?: readonly Behind[]
  readonly refused?: readonly ConsistencyTokenRefusal[]
}

/** What a reply says of consistency. */
export type Reply = {
  /** Undefined: nothing. */
  readonly extension: ReplyExtension | undefined
  /** The header `consistency-token`. */
  readonly token: string | undefined
  readonly setCookies: readonly string[]
}

/** The client leaves tokens of a header out by itself. Cookies, which no script removes, are replaced. */
const isReplaceable = ({ refused, cookies }: RequestTokens): boolean => !refused.has('too_large') || cookies.length > 0

/**
 * The end of an operation. What it wrote comes as a token, together with what the request's tokens had, so that it takes
 * their place. The reply says whether it is fresh when the client brought tokens, or when the operation's own writes
 * are missing in it.
 * @param request undefined when it brought no tokens
 * @param cookies whether they are in use, and whether they may go over https only
 * @param now in seconds since 1970
 */
export function replyTo(
  request: RequestTokens | undefined,
  { written, behind, uncertain }: Pick<OperationConsistency, 'written' | 'behind' | 'uncertain'>,
  tokens: ConsistencyTokens,
  cookies: { readonly inUse: boolean; readonly secure: boolean },
  now: number,
): Reply {
  const isMany = request !== undefined && request.count > FEW_TOKENS && isReplaceable(request)
  const token =
    written.length > 0 || isMany
      ? tokens.make(
          {
            entries: [...written.map((entry) => ({ entry, at: now })), ...(request?.entries ?? [])],
            incompleteUntil: request?.incompleteUntil ?? 0,
          },
          now,
        )
      : undefined
  const refused = [...(request?.refused ?? [])]
  const extension: ReplyExtension = {
    ...(token !== undefined && { token, expiresIn: GOOD_FOR_S }),
    ...((request || behind.length > 0) && { fresh: behind.length === 0 && refused.length === 0 && !uncertain }),
    ...(behind.length > 0 && { behind }),
    ...(refused.length > 0 && { refused }),
  }
  return {
    extension: Object.keys(extension).length > 0 ? extension : undefined,
    token,
    setCookies: cookies.inUse && token !== undefined ? setCookies(token, request?.cookies ?? [], cookies.secure) : [],
  }
}
