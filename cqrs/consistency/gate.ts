import type { Behind, Entry } from './entry.ts'
import { type ConsistentRequest, currentRequest } from './request.ts'
import type { Look } from './versions.ts'
import { createWaiters, type Outcome } from './waiters.ts'

/** Stands in front of the tables of one schema. */
export type Gate = {
  /**
   * Resolves when the tables have what the current request must see, or the request has noted that they do not.
   * Undefined when there is nothing to wait for, which costs a read nothing.
   */
  pass(): Promise<void> | undefined
  /** Something was projected into the tables. */
  wake(): void
  /** How many entries are waited for now. */
  waiting(): number
}

/**
 * @param tables the topics that the tables are fed from, and how to look at them. Other topics are not waited for
 * @param observe gets the outcome for each entry that was looked for, and the time that it took, in milliseconds
 */
export function createGate(
  tables: { readonly topics: ReadonlySet<string>; readonly look: Look },
  observe: (outcome: Outcome, ms: number) => void = () => undefined,
): Gate {
  const waiters = createWaiters(tables.look)
  /** How many of a request's entries were looked for, and the end of it. Many reads of a request share it. */
  const passes = new WeakMap<ConsistentRequest, { readonly looked: number; readonly done: Promise<void> | undefined }>()

  function isReached(entry: Entry): boolean {
    const reached = waiters.hasReached(entry)
    if (reached) observe('at once', 0)
    return reached
  }

  async function reach(request: ConsistentRequest, entry: Entry): Promise<void> {
    const began = performance.now()
    const outcome = await waiters.reach(entry, request.clock).catch((error: unknown) => {
      request.missed([...entry, 'late'])
      throw error
    })
    observe(outcome, performance.now() - began)
    if (outcome !== 'at once' && outcome !== 'waited') request.missed([...entry, outcome] satisfies Behind)
  }

  return {
    pass() {
      const request = currentRequest()
      if (!request) return undefined
      const { entries } = request
      const before = passes.get(request)
      if (before?.looked === entries.length) return before.done
      const missing = entries.slice(before?.looked).filter((entry) => tables.topics.has(entry[0]) && !isReached(entry))
      const waits = [...(before?.done ? [before.done] : []), ...missing.map((entry) => reach(request, entry))]
      const done = waits.length > 0 ? Promise.all(waits).then(() => undefined) : undefined
      passes.set(request, { looked: entries.length, done })
      return done
    },
    wake: waiters.wake,
    waiting: waiters.count,
  }
}
