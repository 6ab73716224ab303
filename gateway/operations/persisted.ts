import { z } from 'zod'
import { gatewayErrors } from '../error-catalogue.ts'
import type { Refusal } from '../errors/refusal.ts'
import { type Registered, sha256 } from './manifest.ts'

/** The origin of an operation that ran; `own`: of the gateway itself. */
export type OperationSource = 'registered' | 'automatic' | 'free' | 'own'

/** The part of a GraphQL request that selects an operation. */
export type Requested = {
  readonly query?: string | undefined
  readonly extensions?: Readonly<Record<string, unknown>> | undefined
}

export type Admitted =
  /** The body to run. */
  | { readonly registered: string }
  /** Why nothing runs. */
  | { readonly refused: Refusal }
  /** Not registered, and need not be. */
  | 'free'

const persistedQuery = z.object({ version: z.literal(1), sha256Hash: z.string().regex(/^[0-9a-f]{64}$/) })

/** Whether a request selects a registered operation, by id or by equal body. If `enforced`, nothing else may run. */
export function admit({ query, extensions }: Requested, registered: Registered, enforced: boolean): Admitted {
  const given: unknown = extensions?.persistedQuery ?? undefined
  const { data: asked } = persistedQuery.safeParse(given)
  const own = query === undefined ? undefined : sha256(query)
  const id = asked?.sha256Hash ?? own
  const problem = given !== undefined && !asked ? malformed : own !== undefined && own !== id ? mismatch : undefined
  const body = problem || id === undefined ? undefined : registered.get(id)
  if (body !== undefined) return { registered: body }
  if (enforced) return { refused: operationRequired }
  return problem ? { refused: { code: 'BAD_REQUEST', message: problem } } : 'free'
}

const malformed =
  '`extensions.persistedQuery` must be { "version": 1, "sha256Hash": 64 hexadecimal digits in lower case }.'
const mismatch = 'The `sha256Hash` of `extensions.persistedQuery` is not the SHA-256 of the `query` beside it.'

const operationRequired: Refusal = {
  code: 'PERSISTED_OPERATION_REQUIRED',
  message: gatewayErrors.PERSISTED_OPERATION_REQUIRED.message,
}
