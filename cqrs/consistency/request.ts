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
  readonly clock: WaitClock
  /** For the reply. */
  result(): { readonly wrote: readonly Entry[]; readonly behind: readonly Behind[]; readonly waitedMs: number }
}

/** One deadline for all waits of a request, from the first of them. */
export type WaitClock = {
  /** When waiting would end, by `performance.now()`, if it began now. */
  deadline(): number
  /** A wait begins, or began at `at`. */
  start(at: number): void
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
    clock: {
      deadline: () => (firstWait ?? now()) + waitMs,
      start(at) {
        firstWait ??= at
      },
    },
    result: () => ({
      wrote: written,
      behind: [...behind.values()],
      waitedMs: firstWait === undefined ? 0 : Math.ceil(now() - firstWait),
    }),
  }
}
