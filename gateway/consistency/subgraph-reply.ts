import { z } from 'zod'

/** Why a service did not have an entry when it answered. */
const reasons = ['late', 'parked', 'stalled', 'busy'] as const
export type BehindReason = (typeof reasons)[number]

const topic = z.string().regex(/^[\w.-]{1,100}$/)
const key = z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
const version = z.int().min(1)

/** The most entries of each list. */
const MOST = 1_000

const shape = z.object({
  wrote: z.array(z.tuple([topic, key, version])).max(MOST),
  behind: z.array(z.tuple([topic, key, version, z.enum(reasons)])).max(MOST),
  waitedMs: z.int().min(0),
})

/** `extensions.consistency` of a subgraph's reply. */
export type SubgraphConsistency = z.infer<typeof shape>

/** @returns undefined from a subgraph that does not take part, null if what it says has another shape */
export function readSubgraphReply(extensions: unknown): SubgraphConsistency | undefined | null {
  const said = (extensions as { readonly consistency?: unknown } | null | undefined)?.consistency
  if (said === undefined || said === null) return undefined
  return shape.safeParse(said).data ?? null
}
