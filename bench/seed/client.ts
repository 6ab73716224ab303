import { setTimeout as delay } from 'node:timers/promises'
import { Agent, request } from 'undici'

/** How long the gateway may be unavailable, and how long a new reference may be unknown, in milliseconds. */
const PATIENCE_MS = 30_000

type Payload = {
  readonly node?: { readonly id: string } | null
  readonly session?: { readonly accessToken: string; readonly expiresAt: string } | null
  readonly errors: readonly { readonly code: string; readonly message: string }[]
}

/** Sends mutations to the gateway, several in one operation. */
export type Client = {
  /**
   * Sends every input until it is accepted. @returns the payloads in the order of the inputs
   * @param mutation its name; the input's type is named after it
   * @param node the field of the payload that is returned as `node`
   * @throws when an input is rejected permanently
   */
  run(mutation: string, node: string, inputs: readonly object[], accessToken?: string): Promise<readonly Payload[]>
  close(): Promise<void>
}

/**
 * Codes that a retry can fix: the reference has not arrived yet. There are no consistency tokens here: each request would
 * wait for the newest 32 aggregates of ten minutes, while most of what a seed refers to is older and arrived long ago.
 */
const passing = new Set(['POST_NOT_FOUND', 'PARENT_NOT_FOUND', 'USER_NOT_FOUND'])

export function createClient(url: string): Client {
  const dispatcher = new Agent({ connections: 64 })

  async function send(
    query: string,
    variables: object,
    accessToken: string | undefined,
  ): Promise<Record<string, Payload | null>> {
    for (const until = Date.now() + PATIENCE_MS; ; await delay(200)) {
      try {
        const { body } = await request(url, {
          dispatcher,
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            ...(accessToken !== undefined && { authorization: `Bearer ${accessToken}` }),
          },
          body: JSON.stringify({ query, variables }),
        })
        const { data, errors } = (await body.json()) as {
          data?: Record<string, Payload | null>
          errors?: readonly { message: string }[]
        }
        if (data && !errors) return data
        throw new Error(errors?.[0]?.message ?? 'no data')
      } catch (error) {
        if (Date.now() > until)
          throw new Error(
            `${url} does not answer as it should: ${(error as Error).message}. Is it running (npm start)?`,
          )
      }
    }
  }

  return {
    async run(mutation, node, inputs, accessToken) {
      const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input!`
      const names = inputs.map((_, n) => `i${n}`)
      const session = ['createUser', 'signIn'].includes(mutation) ? 'session { accessToken expiresAt }' : ''
      const fields = names.map(
        (name) => `${name}: ${mutation}(input: $${name}) { node: ${node} { id } ${session} errors { code message } }`,
      )
      const query = `mutation (${names.map((name) => `$${name}: ${type}`).join(', ')}) { ${fields.join(' ')} }`
      for (const until = Date.now() + PATIENCE_MS; ; await delay(50)) {
        const data = await send(query, Object.fromEntries(inputs.map((input, n) => [`i${n}`, input])), accessToken)
        const payloads = names.map((name) => data[name])
        const refused = payloads.flatMap(
          (payload) => payload?.errors ?? [{ code: 'NO_PAYLOAD', message: 'no payload' }],
        )
        // Each input has an idempotency key, so a retry does not repeat accepted ones.
        if (refused.length === 0) return payloads as readonly Payload[]
        const final = refused.find(({ code }) => !passing.has(code)) ?? (Date.now() > until ? refused[0] : undefined)
        if (final) throw new Error(`${mutation} was rejected: ${final.code} ${final.message}`)
      }
    },
    close: () => dispatcher.close(),
  }
}
