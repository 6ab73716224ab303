import { z } from 'zod'

/** What a client must see: a topic's name without prefix, an aggregate's id, and the version that a command returned. */
export type Entry = readonly [topic: string, key: string, version: number]

/**
 * Why an answer does not contain an entry: `late` (not projected within the deadline), `parked` (its event is a dead
 * letter), `stalled` (nothing of its topic has been projected since an earlier request waited in vain), `busy` (too
 * many requests wait).
 */
export type Why = 'late' | 'parked' | 'stalled' | 'busy'

export type Behind = readonly [...Entry, why: Why]

/** More entries than a gateway sends: eight tokens of 32 entries, and what the operation itself wrote. */
const MOST = 1_000

const entry = z.tuple([z.string().min(1).max(249), z.uuid(), z.int().min(1).max(2_147_483_647)])

/** The part of a request's extensions that is read here. The request is signed, so its sender is trusted. */
const extension = z.object({
  consistency: z.object({ require: z.array(entry).max(MOST), waitMs: z.number().min(0).max(60_000) }),
})

export type Asked = z.infer<typeof extension>['consistency']

/** Reads `extensions.consistency` of a GraphQL request's body. Undefined when there is none, or not of this shape. */
export function readAsked(body: unknown): Asked | undefined {
  const extensions = typeof body === 'object' && body !== null && 'extensions' in body ? body.extensions : undefined
  return extensions ? extension.safeParse(extensions).data?.consistency : undefined
}
