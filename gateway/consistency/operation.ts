import type { DatedEntry, Entry } from './entry.ts'
import type { SubgraphConsistency, Why } from './subgraph-extension.ts'

/** What a fetch sends to a subgraph as `extensions.consistency`. */
export type FetchConsistency = {
  /** What its answer must contain. */
  readonly require: readonly Entry[]
  /** How long it may wait for that, in whole milliseconds; 0: it looks once. */
  readonly waitMs: number
}

/** An entry that the answer of a service may lack. */
export type Behind = {
  readonly service: string
  readonly id: string
  readonly version: number
  readonly why: Why
}

/** What one operation must see, what it wrote, and how long it may still wait. */
export type OperationConsistency = {
  /** Whether a fetch takes part: it may write, or something is required. Other queries cost nothing. */
  takesPart(mutation: boolean): boolean
  /**
   * What a fetch that takes part sends, computed again for each attempt. While it is under way, it counts as waiting.
   * @param fetch any object of its own
   * @param leftMs how long it may still take in all
   * @param now in milliseconds, of a clock that never goes back
   */
  ask(fetch: object, leftMs: number, now: number): FetchConsistency
  /** A fetch is no longer under way, whatever its outcome. */
  ended(fetch: object): void
  /** A fetch that takes part got no reply, or one whose report cannot be read: what the answer contains is not known. */
  failed(): void
  /** Adds a reply; what it wrote is required of the operation's later fetches. */
  add(service: string, reply: SubgraphConsistency, now: number): void
  readonly written: readonly Entry[]
  readonly behind: readonly Behind[]
  /** Whether a fetch failed. */
  readonly uncertain: boolean
}

/**
 * The fetches of one operation share a deadline: `waitMs` after the first of them began to wait. A subgraph reports how
 * long it waited, from which that time is known. Until it replies it may have waited since it was asked.
 * @param required the entries of the request's tokens
 * @param limits `waitMs`: how long an operation waits in all; `answerMs`: the part of a fetch's time in which it does
 * not wait, so that what waited in vain is still answered
 */
export function beginOperation(
  required: readonly DatedEntry[],
  limits: { readonly waitMs: number; readonly answerMs: number },
): OperationConsistency {
  /** By aggregate, with the highest version. */
  const require = new Map<string, Entry>()
  const addRequired = (entry: Entry) => {
    const [topic, key, version] = entry
    if (version > (require.get(`${topic} ${key}`)?.[2] ?? 0)) require.set(`${topic} ${key}`, entry)
  }
  for (const { entry } of required) addRequired(entry)
  const written: Entry[] = []
  const behind = new Map<string, Behind>()
  /** When the fetches under way were asked, the first one first. */
  const underWay = new Map<object, number>()
  let firstWait = Number.POSITIVE_INFINITY
  let uncertain = false

  return {
    written,
    get behind() {
      return [...behind.values()]
    },
    get uncertain() {
      return uncertain
    },
    failed() {
      uncertain = true
    },
    takesPart: (mutation) => mutation || require.size > 0,
    ask(fetch, leftMs, now) {
      if (require.size > 0 && !underWay.has(fetch)) underWay.set(fetch, now)
      const [firstAsked = now] = underWay.values()
      const left = Math.min(firstWait, firstAsked) + limits.waitMs - now
      const waitMs = Math.ceil(Math.max(0, Math.min(left, leftMs - limits.answerMs)))
      return { require: [...require.values()], waitMs }
    },
    ended: (fetch) => void underWay.delete(fetch),
    add(service, reply, now) {
      if (reply.waitedMs > 0) firstWait = Math.min(firstWait, now - reply.waitedMs)
      for (const entry of reply.wrote) {
        written.push(entry)
        addRequired(entry)
      }
      for (const [topic, key, version, why] of reply.behind) {
        // A subgraph reports on what it was asked for or wrote, and on nothing else.
        if (!require.has(`${topic} ${key}`)) continue
        const at = `${service} ${topic} ${key}`
        if (version > (behind.get(at)?.version ?? 0)) behind.set(at, { service, id: key, version, why })
      }
    },
  }
}
