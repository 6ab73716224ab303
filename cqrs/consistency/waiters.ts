import { LRUCache } from 'lru-cache'
import type { Entry, Why } from './entry.ts'
import type { Found, Look } from './versions.ts'

/** Waiting entries of one process; beyond that, nobody waits. */
const MOST_WAITERS = 1_000
/** How often the tables are looked at while somebody waits and nothing is announced, in milliseconds: first, at last. */
const POLL_MS = { first: 5, last: 50 } as const
/** How long nobody waits for a key that was waited for in vain, in milliseconds. */
const VAIN_MS = 5_000
/** How long one request at a time waits for a topic that is stalled, in milliseconds: many times the usual delay. */
const PROBE_MS = 100
/** How many reached entries are remembered, and for how long, in milliseconds: a table may be restored underneath. */
const REMEMBERED = { max: 20_000, ttl: 60_000 } as const

/** `at once`: no wait was needed. */
export type Outcome = 'at once' | 'waited' | Why

export type Waiters = {
  /**
   * Waits until the tables have an entry.
   * @param deadline when waiting ends, by `performance.now()`; called only when the tables do not have it yet
   * @throws what looking at the tables throws
   */
  reach(entry: Entry, deadline: () => number): Promise<Outcome>
  /** Looks at the tables at once: something was projected. */
  wake(): void
  /** How many wait now. */
  count(): number
}

type Waiter = {
  readonly entry: Entry
  readonly deadline: () => number
  /** Undefined before the first look. */
  until: number | undefined
  probe: boolean
  timer: NodeJS.Timeout | undefined
  settle(outcome: Outcome): void
  fail(error: unknown): void
}

/**
 * Requests that wait for the tables of one schema. They hold no connection and share one statement. It always looks
 * once, and does not wait in vain: not for a dead letter, not for a key that was just waited for in vain, and not for a
 * topic of which nothing was projected since a wait for it ran out (but one probe at a time).
 */
export function createWaiters(look: Look, { most = MOST_WAITERS } = {}): Waiters {
  const waiters = new Set<Waiter>()
  const reached = new LRUCache<string, number>(REMEMBERED)
  const vain = new LRUCache<string, true>({ max: 10_000, ttl: VAIN_MS, perf: { now: () => performance.now() } })
  /** The offsets of stalled topics when a wait for them ran out. */
  const stalled = new Map<string, string>()
  /** The offsets of topics at the last look. */
  const offsets = new Map<string, string>()
  const probed = new Set<string>()
  let waiting = 0
  let running = false
  let wake: () => void = () => undefined

  function remove(waiter: Waiter): void {
    waiters.delete(waiter)
    clearTimeout(waiter.timer)
    if (waiter.until !== undefined) waiting--
    if (waiter.probe) probed.delete(waiter.entry[0])
  }

  function end(waiter: Waiter, outcome: Outcome): void {
    remove(waiter)
    waiter.settle(outcome)
  }

  function runOut(waiter: Waiter): void {
    const [topic] = waiter.entry
    vain.set(nameOf(waiter.entry), true)
    const seen = offsets.get(topic)
    if (seen) stalled.set(topic, seen)
    end(waiter, waiter.probe ? 'stalled' : 'late')
  }

  /** @returns how the wait ends; undefined while it goes on */
  function judge(waiter: Waiter, found: Found): Outcome | undefined {
    const { entry, until } = waiter
    if (found.version >= entry[2]) {
      reached.set(nameOf(entry), found.version)
      return until === undefined ? 'at once' : 'waited'
    }
    if (found.parked) return 'parked'
    return until === undefined ? beginToWait(waiter) : undefined
  }

  function beginToWait(waiter: Waiter): Outcome | undefined {
    const [topic] = waiter.entry
    const now = performance.now()
    const deadline = waiter.deadline()
    const isStalled = stalled.has(topic)
    if (deadline <= now || vain.has(nameOf(waiter.entry)) || (isStalled && probed.has(topic)))
      return isStalled ? 'stalled' : 'late'
    if (waiting >= most) return 'busy'
    waiter.probe = isStalled
    if (isStalled) probed.add(topic)
    waiter.until = isStalled ? Math.min(deadline, now + PROBE_MS) : deadline
    waiting++
    waiter.timer = setTimeout(() => runOut(waiter), waiter.until - now)
    return undefined
  }

  function noteOffsets([topic]: Entry, now: string): void {
    offsets.set(topic, now)
    if (stalled.has(topic) && stalled.get(topic) !== now) stalled.delete(topic)
  }

  async function lookOnce(): Promise<void> {
    const asked = [...waiters]
    const distinct = [...new Map(asked.map(({ entry }) => [entry.join(' '), entry])).values()]
    try {
      const found = await look(distinct)
      const byEntry = new Map(distinct.map((entry, index) => [entry.join(' '), found[index]]))
      for (const waiter of asked) {
        const own = byEntry.get(waiter.entry.join(' '))
        if (!own || !waiters.has(waiter)) continue
        noteOffsets(waiter.entry, own.offsets)
        const outcome = judge(waiter, own)
        if (outcome) end(waiter, outcome)
      }
    } catch (error) {
      for (const waiter of asked) {
        if (!waiters.has(waiter)) continue
        remove(waiter)
        waiter.fail(error)
      }
    }
  }

  async function run(): Promise<void> {
    running = true
    let pause: number = POLL_MS.first
    while (waiters.size > 0) {
      let woken = false
      const early = new Promise<void>((resolve) => {
        wake = () => {
          woken = true
          resolve()
        }
      })
      await lookOnce()
      if (waiters.size === 0) break
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, pause)
      })
      await Promise.race([early, late])
      clearTimeout(timer)
      pause = woken ? POLL_MS.first : Math.min(POLL_MS.last, pause * 2)
    }
    running = false
  }

  return {
    reach(entry, deadline) {
      if ((reached.get(nameOf(entry)) ?? 0) >= entry[2]) return Promise.resolve('at once')
      return new Promise((settle, fail) => {
        waiters.add({ entry, deadline, until: undefined, probe: false, timer: undefined, settle, fail })
        if (running) wake()
        else void run()
      })
    },
    wake: () => wake(),
    count: () => waiting,
  }
}

const nameOf = ([topic, key]: Entry): string => `${topic} ${key}`
