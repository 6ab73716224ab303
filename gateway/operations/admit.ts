import type { GraphQLRequest } from '@apollo/server'
import type { GraphQLFormattedError } from 'graphql'
import { z } from 'zod'
import { gatewayErrors } from '../error-catalogue.ts'
import { type Registered, sha256 } from './manifest.ts'

export type Admitted =
  /** The body to run. */
  | { readonly registered: string }
  /** Why nothing runs: HTTP 400. */
  | { readonly refused: GraphQLFormattedError }
  /** Not registered, and need not be. */
  | 'free'

const persistedQuery = z.object({ version: z.literal(1), sha256Hash: z.string().regex(/^[0-9a-f]{64}$/) })

/** Whether a request selects a registered operation, by id or by equal body. If `enforced`, nothing else may run. */
export function admit(
  { query, extensions }: Pick<GraphQLRequest, 'query' | 'extensions'>,
  registered: Registered,
  enforced: boolean,
): Admitted {
  const given: unknown = extensions?.persistedQuery ?? undefined
  const { data: asked } = persistedQuery.safeParse(given)
  const own = query === undefined ? undefined : sha256(query)
  const id = asked?.sha256Hash ?? own
  const problem = given !== undefined && !asked ? malformed : own !== undefined && own !== id ? mismatch : undefined
  const body = problem || id === undefined ? undefined : registered.get(id)
  if (body !== undefined) return { registered: body }
  if (enforced) return { refused: operationRequired }
  return problem ? { refused: { message: problem, extensions: { code: 'BAD_REQUEST' } } } : 'free'
}

const malformed =
  '`extensions.persistedQuery` must be { "version": 1, "sha256Hash": 64 hexadecimal digits in lower case }.'
const mismatch = 'The `sha256Hash` of `extensions.persistedQuery` is not the SHA-256 of the `query` beside it.'

const operationRequired: GraphQLFormattedError = {
  message: gatewayErrors.PERSISTED_OPERATION_REQUIRED.message,
  extensions: { code: 'PERSISTED_OPERATION_REQUIRED' },
}
