import { AsyncLocalStorage } from 'node:async_hooks'
import type { Asked, Behind, Entry } from './entry.ts'

/**
 * What one request must see: what it was asked to wait for, then what it writes itself. Every read and every command of
 * the request finds it by `currentRequest`, so that no resolver has to pass it on.
 */
export type ConsistentRequest = {
  /** Grows as the request writes. */
  readonly entries: readonly Entry[]
  /** Adds what a command of this request wrote or found. */
  wrote(entry: Entry): void
  /** Adds what its answer does not contain. */
  missed(behind: Behind): void
  /** When waiting ends, by `performance.now()`. The first wait starts the clock: one deadline for all waits. */
  deadline(): number
  /** For the reply. */
  result(): { readonly wrote: readonly Entry[]; readonly behind: readonly Behind[]; readonly waitedMs: number }
}

const requests = new AsyncLocalStorage<ConsistentRequest>()

/** Undefined outside a request, and in one that was not asked to keep account. */
export const currentRequest = (): ConsistentRequest | undefined => requests.getStore()

/** Runs `work`, and all that it starts, as one request. */
export const asRequest = <Result>(asked: Asked, work: () => Result): Result => requests.run(createRequest(asked), work)

export function createRequest({ require, waitMs }: Asked, now = () => performance.now()): ConsistentRequest {
  const entries: Entry[] = [...require]
  const written: Entry[] = []
  const behind = new Map<string, Behind>()
  let firstWait: number | undefined
  return {
    entries,
    wrote(entry) {
      // A state that was never saved: there is nothing to see.
      if (entry[2] < 1) return
      written.push(entry)
      entries.push(entry)
    },
    missed: (missing) => behind.set(missing.slice(0, 3).join(' '), missing),
    deadline() {
      firstWait ??= now()
      return firstWait + waitMs
    },
    result: () => ({
      wrote: written,
      behind: [...behind.values()],
      waitedMs: firstWait === undefined ? 0 : Math.ceil(now() - firstWait),
    }),
  }
}
