import { createHash } from 'node:crypto'
import { z } from 'zod'

/** One operation in Apollo's format. Checks that its id is the hash that clients compute. */
const operation = z
  .object({
    id: z.string(),
    name: z.string().min(1),
    type: z.enum(['query', 'mutation', 'subscription']),
    body: z.string().min(1),
  })
  .refine(({ id, body }) => id === sha256(body), { error: 'is not the SHA-256 of the body', path: ['id'] })

const manifest = z.object({
  format: z.literal('apollo-persisted-query-manifest'),
  version: z.literal(1),
  operations: z.array(operation),
})

/** Bodies of registered operations, by id. */
export type Registered = ReadonlyMap<string, string>

/** @throws Error that names the invalid part of the text */
export function parseManifest(text: string): Registered {
  const parsed = manifest.safeParse(JSON.parse(text))
  if (parsed.success) return new Map(parsed.data.operations.map(({ id, body }) => [id, body]))
  const [issue] = parsed.error.issues
  throw new Error(`not a manifest of persisted operations: ${issue?.path.join('.')}: ${issue?.message}`)
}

/** In hexadecimal, as clients send it. */
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
