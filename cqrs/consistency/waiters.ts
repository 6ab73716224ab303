import { LRUCache } from 'lru-cache'
import type { Entry, Why } from './entry.ts'
import type { WaitClock } from './request.ts'
import type { Found, Look } from './versions.ts'

/** Waiting requests of one process; beyond that, no other waits. */
const MOST_WAITERS = 1_000
/** How often the tables are looked at while somebody waits and nothing is announced, in milliseconds: first, at last. */
const POLL_MS = { first: 5, last: 50 } as const
/** How long nobody waits for a key that was waited for in vain, in milliseconds. */
const VAIN_MS = 5_000
/** How long one request at a time waits for a topic that is stalled, in milliseconds: many times the usual delay. */
const PROBE_MS = 100
/** How long the first look may take, however little time is left to wait, in milliseconds. */
const FIRST_LOOK_MS = 250
/** How many reached entries are remembered, and for how long, in milliseconds: a table may be restored underneath. */
const REMEMBERED = { max: 20_000, ttl: 60_000 } as const

/** `at once`: no wait was needed. */
export type Outcome = 'at once' | 'waited' | Why

export type Waiters = {
  /** Whether the tables are known to have an entry. */
  hasReached(entry: Entry): boolean
  /**
   * Waits until the tables have an entry.
   * @param clock of the request: started only when the tables do not have the entry yet
   * @throws what looking at the tables throws
   */
  reach(entry: Entry, clock: WaitClock): Promise<Outcome>
  /** Looks at the tables at once: something was projected. */
  wake(): void
  /** How many requests wait now. */
  count(): number
}

type Waiter = {
  readonly entry: Entry
  readonly clock: WaitClock
  readonly arrived: number
  waits: boolean
  probe: boolean
  timer: NodeJS.Timeout
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
  /** Keys that were just waited for in vain. */
  const gaveUp = new LRUCache<string, true>({ max: 10_000, ttl: VAIN_MS, perf: { now: () => performance.now() } })
  /** The offsets of stalled topics when a wait for them ran out. */
  const stalled = new Map<string, string>()
  /** The offsets of topics at the last look. */
  const offsets = new Map<string, string>()
  const probed = new Set<string>()
  /** How many entries each waiting request waits for. */
  const requests = new Map<WaitClock, number>()
  let running = false
  let wake: () => void = () => undefined

  function remove(waiter: Waiter): void {
    waiters.delete(waiter)
    clearTimeout(waiter.timer)
    if (waiter.waits) {
      const left = (requests.get(waiter.clock) ?? 0) - 1
      if (left > 0) requests.set(waiter.clock, left)
      else requests.delete(waiter.clock)
    }
    if (waiter.probe) probed.delete(waiter.entry[0])
  }

  function end(waiter: Waiter, outcome: Outcome): void {
    remove(waiter)
    waiter.settle(outcome)
  }

  function runOut(waiter: Waiter): void {
    const { entry, clock, arrived } = waiter
    clock.start(arrived)
    // A short wait, such as the last one of an operation, says nothing of the key and the topic.
    if (waiter.waits && performance.now() - arrived >= PROBE_MS) {
      gaveUp.set(nameOf(entry), true)
      const seen = offsets.get(entry[0])
      if (seen) stalled.set(entry[0], seen)
    }
    end(waiter, waiter.probe ? 'stalled' : 'late')
  }

  /** @returns how the wait ends; undefined while it goes on */
  function judge(waiter: Waiter, found: Found): Outcome | undefined {
    const { entry, waits } = waiter
    if (found.version >= entry[2]) {
      reached.set(nameOf(entry), found.version)
      gaveUp.delete(nameOf(entry))
      return waits ? 'waited' : 'at once'
    }
    if (found.parked) return 'parked'
    return waits ? undefined : beginToWait(waiter)
  }

  function beginToWait(waiter: Waiter): Outcome | undefined {
    const { entry, clock } = waiter
    const [topic] = entry
    const now = performance.now()
    const deadline = clock.deadline()
    const isStalled = stalled.has(topic)
    if (deadline <= now || gaveUp.has(nameOf(entry)) || (isStalled && probed.has(topic)))
      return isStalled ? 'stalled' : 'late'
    if (!requests.has(clock) && requests.size >= most) return 'busy'
    waiter.waits = true
    requests.set(clock, (requests.get(clock) ?? 0) + 1)
    clock.start(now)
    waiter.probe = isStalled
    if (isStalled) probed.add(topic)
    clearTimeout(waiter.timer)
    waiter.timer = setTimeout(() => runOut(waiter), isStalled ? Math.min(deadline - now, PROBE_MS) : deadline - now)
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

  const hasReached = (entry: Entry) => (reached.get(nameOf(entry)) ?? 0) >= entry[2]

  return {
    hasReached,
    reach(entry, clock) {
      if (hasReached(entry)) return Promise.resolve('at once')
      return new Promise((settle, fail) => {
        const arrived = performance.now()
        const waiter: Waiter = {
          entry,
          clock,
          arrived,
          waits: false,
          probe: false,
          // Also for a first look that does not come to an end.
          timer: setTimeout(() => runOut(waiter), Math.max(clock.deadline() - arrived, FIRST_LOOK_MS)),
          settle,
          fail,
        }
        waiters.add(waiter)
        if (running) wake()
        else void run()
      })
    },
    wake: () => wake(),
    count: () => requests.size,
  }
}

const nameOf = ([topic, key]: Entry): string => `${topic} ${key}`
