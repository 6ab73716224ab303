import { ConsecutiveBreaker, circuitBreaker, handleAll, TimeoutStrategy, timeout, wrap } from 'cockatiel'
import { request } from 'undici'
import { z } from 'zod'
import { topics } from '#contracts/topics.ts'
import type { LookUp } from '#cqrs/projection/look-up.ts'
import type { Key } from '#toolkit/trust/keys.ts'
import { RequestRefused } from '#toolkit/trust/refusal.ts'
import { signedHeaders } from '#toolkit/trust/signed-headers.ts'

/** A user as the users service returns it, with the version of that state. */
export type FoundAuthor = {
  readonly id: string
  readonly version: number
  readonly username: string
  readonly fullName: string
  /** Null or empty when there is none. */
  readonly avatarUrl: string | null
}

export type AuthorLookup = (ids: readonly string[]) => Promise<FoundAuthor[]>

/** Timeout of a call, in milliseconds. It can be short: the users topic brings the name soon anyway. */
const TIMEOUT_MS = 300
/** After this many consecutive failures, no request is sent for `PAUSE_MS` milliseconds. */
const FAILURES = 5
const PAUSE_MS = 10_000

const reply = z.object({
  data: z.object({
    _entities: z.array(
      z
        .object({
          id: z.uuid(),
          version: z.int().min(1),
          username: z.string(),
          fullName: z.string(),
          avatarUrl: z.string().nullable(),
        })
        .nullable(),
    ),
  }),
})

const query = `query Authors($representations: [_Any!]!) {
  _entities(representations: $representations) { ... on User { id version username fullName avatarUrl } }
}`

/**
 * Requests the unknown authors of a batch from the users service, in one query. The only synchronous call between
 * services.
 * @param key signs the requests
 * @throws when users does not reply in time, sends an invalid reply, or failed too often recently
 */
export function createAuthorLookup(users: string, key: Key): AuthorLookup {
  const url = new URL(users)
  const policy = wrap(
    circuitBreaker(handleAll, { halfOpenAfter: PAUSE_MS, breaker: new ConsecutiveBreaker(FAILURES) }),
    timeout(TIMEOUT_MS, TimeoutStrategy.Aggressive),
  )
  return (ids) =>
    policy.execute(async ({ signal }) => {
      const representations = ids.map((id) => ({ __typename: 'User', id }))
      const body = JSON.stringify({ query, variables: { representations } })
      const headers = signedHeaders('comments', key, { url, body })
      const response = await request(url, { method: 'POST', headers, body, signal })
      if (response.statusCode === 401) throw new RequestRefused(await response.body.text())
      if (response.statusCode !== 200) {
        await response.body.dump()
        throw new Error(`users answered ${response.statusCode}`)
      }
      const { data } = reply.parse(await response.body.json())
      return data._entities.filter((user) => user !== null)
    })
}

/** Looks up authors of comments whose record from the users topic was not projected yet. */
export const unknownAuthors = (ask: AuthorLookup): LookUp => ({
  topic: topics.comments,
  reference: (row) => (typeof row.authorId === 'string' ? row.authorId : null),
  table: 'users',
  load: async (ids) =>
    (await ask(ids)).map(({ version, avatarUrl, ...author }) => ({
      version,
      row: { ...author, avatarUrl: avatarUrl ?? '', deleted: false },
    })),
})
