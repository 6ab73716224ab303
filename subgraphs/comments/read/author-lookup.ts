import { ConsecutiveBreaker, circuitBreaker, handleAll, TimeoutStrategy, timeout, wrap } from 'cockatiel'
import { request } from 'undici'
import { z } from 'zod'
import { topics } from '#contracts/topics.ts'
import type { LookUp } from '#cqrs/projection/look-up.ts'
import type { Key } from '#cqrs/trust/keys.ts'
import { RequestRefused } from '#cqrs/trust/refusal.ts'
import { signedHeaders } from '#cqrs/trust/signed-headers.ts'

/** A user as users itself answers, with the version that it is the state of. */
export type FoundAuthor = {
  readonly id: string
  readonly version: number
  readonly username: string
  readonly fullName: string
}

export type AuthorLookup = (ids: readonly string[]) => Promise<FoundAuthor[]>

/** A call that takes longer is given up, in milliseconds: the users topic repairs the name soon enough. */
const TIMEOUT_MS = 300
/** After this many failures in a row users is not asked again for a while. */
const FAILURES = 5
const PAUSE_MS = 10_000

const reply = z.object({
  data: z.object({
    _entities: z.array(
      z.object({ id: z.uuid(), version: z.int().min(1), username: z.string(), fullName: z.string() }).nullable(),
    ),
  }),
})

const query = `query Authors($representations: [_Any!]!) {
  _entities(representations: $representations) { ... on User { id version username fullName } }
}`

/**
 * Asks users' own endpoint for authors that comments has never heard of, all of a batch in one query. The only
 * synchronous call between services.
 * @param key signs the requests
 * @throws when users does not answer in time, answers rubbish, or failed too often lately
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

/** Asks for the authors of comments that the users topic has not brought yet. */
export const unknownAuthors = (ask: AuthorLookup): LookUp => ({
  topic: topics.comments,
  reference: (row) => (typeof row.authorId === 'string' ? row.authorId : null),
  table: 'users',
  load: async (ids) =>
    (await ask(ids)).map(({ version, ...author }) => ({ version, row: { ...author, deleted: false } })),
})
