import { type Call, encodeCaller } from './caller.ts'
import type { Key } from './keys.ts'
import { CALLER_HEADER, sign } from './signature.ts'

/**
 * The headers for one attempt to POST JSON to another process, signed at the current time.
 * @param caller this process's name, under which the callee has the key
 */
export function signedHeaders(
  caller: string,
  key: Key,
  request: {
    readonly url: URL
    readonly body: string
    /** The client's request for which this one is made, if any. */
    readonly call?: Call | undefined
  },
): Record<string, string> {
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    ...(request.call && { [CALLER_HEADER]: encodeCaller(request.call) }),
    ...(request.call?.trace && { traceparent: request.call.trace }),
  }
  const signature = sign(caller, key, {
    method: 'POST',
    path: request.url.pathname + request.url.search,
    body: request.body,
    header: (name) => headers[name],
  })
  return { ...headers, ...signature }
}
