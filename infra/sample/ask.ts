import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import { print } from 'graphql'
import { sleep } from '#toolkit/process/backoff.ts'
import { consistentFetch } from '../../client/consistency.ts'

/**
 * Sends a registered operation, as a signed-in user if there is a token.
 * @throws when the gateway is unreachable for too long, or answers with an error
 */
export type Ask = <Data, Variables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: NoInfer<Variables>,
  accessToken?: string,
) => Promise<Data>

/** How long the gateway may be unreachable, in milliseconds: a role that ended is started again. */
const AWAY_FOR_MS = 15_000
/** How long it may take to answer, in milliseconds. */
const ANSWERS_WITHIN_MS = 30_000

export function askAt(url: string): Ask {
  // A comment on a post of a moment ago waits until the comments service knows the post.
  const fetch = consistentFetch()
  return async <Data, Variables>(
    document: TypedDocumentNode<Data, Variables>,
    variables: NoInfer<Variables>,
    accessToken?: string,
  ): Promise<Data> => {
    // As in the manifest, so that it runs where only registered operations are allowed.
    const query = print(document)
    const response = await patiently(() =>
      fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(accessToken !== undefined && { authorization: `Bearer ${accessToken}` }),
        },
        body: JSON.stringify({ query, variables }),
        signal: AbortSignal.timeout(ANSWERS_WITHIN_MS),
      }),
    )
    const { data, errors } = (await response.json()) as { data?: Data; errors?: readonly { message: string }[] }
    if (!data || errors)
      throw new Error(`The sample content could not be written: ${errors?.[0]?.message ?? response.status}`)
    return data
  }
}

/** Retries while nothing answers; idempotency keys make that safe. */
async function patiently(send: () => Promise<Response>): Promise<Response> {
  for (const until = Date.now() + AWAY_FOR_MS; ; await sleep(200)) {
    try {
      return await send()
    } catch (error) {
      if (Date.now() > until)
        throw new Error('The sample content could not be written: the gateway does not answer.', { cause: error })
    }
  }
}
