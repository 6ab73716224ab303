import type pg from 'pg'
import type { RelayMetrics } from './metrics.ts'
import { COUNTED, countBehind, type OutboxState, outboxState } from './pending.ts'
import type { Page } from './unsent.ts'

/** How often a backlog larger than a page is counted, in milliseconds. */
const COUNT_MS = 1_000

/** The numbers of pending and parked rows, kept up to date without counting the table at every poll. */
export function createBacklog(schema: string, metrics: RelayMetrics) {
  let now: OutboxState = { pending: 0, parked: 0, oldest: null }
  let countAt = 0

  function set(next: OutboxState): void {
    now = next
    metrics.pending.set(now.pending)
    metrics.waiting.set(now.parked)
  }

  return {
    now: () => now,
    async count(client: pg.ClientBase): Promise<void> {
      set(await outboxState(client, schema))
    },
    /** Notes a page. Its length is the number of pending rows, unless more follow it. */
    async read(client: pg.ClientBase, { rows, more }: Page): Promise<void> {
      const oldest = rows[0]?.time ?? null
      if (!more) set({ ...now, pending: rows.length, oldest })
      else if (performance.now() >= countAt) {
        const behind = await countBehind(client, schema, rows.at(-1)?.id ?? 0n)
        set({ ...now, pending: Math.min(COUNTED, rows.length + behind), oldest })
        countAt = performance.now() + COUNT_MS
      }
    },
    /** Notes newly parked rows, or with a negative count closed ones. */
    parked: (count: number): void => set({ ...now, parked: Math.max(0, now.parked + count) }),
  }
}
