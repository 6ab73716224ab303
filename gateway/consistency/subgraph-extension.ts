import { z } from 'zod'

const topic = z.string().regex(/^[\w.-]{1,100}$/)
const key = z.uuid().lowercase()
const version = z.int().min(1).max(2_147_483_647)
/** Why an answer lacks an entry. */
const why = z.enum(['late', 'parked', 'stalled', 'busy'])
export type Why = z.infer<typeof why>

/** The most entries that one fetch writes, and the most that a subgraph accepts. */
const MOST_WRITTEN = 100
const MOST = 1_000

const shape = z.object({
  wrote: z.array(z.tuple([topic, key, version])).max(MOST_WRITTEN),
  behind: z.array(z.tuple([topic, key, version, why])).max(MOST),
  waitedMs: z.int().min(0),
})

/** `extensions.consistency` of a subgraph's reply. */
export type SubgraphConsistency = z.infer<typeof shape>

/** @returns undefined from a subgraph that does not take part, null if what it says has another shape */
export function readSubgraphExtension(extensions: unknown): SubgraphConsistency | undefined | null {
  const said = (extensions as { readonly consistency?: unknown } | null | undefined)?.consistency
  if (said === undefined || said === null) return undefined
  return shape.safeParse(said).data ?? null
}
