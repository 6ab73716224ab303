import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Entry } from './entry.ts'
import { createRequest } from './request.ts'
import type { Found } from './versions.ts'
import { createWaiters, type Outcome } from './waiters.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] }))
afterEach(() => void vi.useRealTimers())

const key = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
const post = (n: number, version = 1): Entry => ['blog.posts.v1', key(n), version]

/** Tables in memory; `looks` counts the statements. */
function tables() {
  const versions = new Map<string, number>()
  const parked = new Set<string>()
  const offsets = new Map<string, number>()
  const asked: (readonly Entry[])[] = []
  return {
    versions,
    parked,
    asked,
    project(topic: string, id: string, version: number) {
      versions.set(id, version)
      offsets.set(topic, (offsets.get(topic) ?? 1) + 1)
    },
    move: (topic: string) => offsets.set(topic, (offsets.get(topic) ?? 1) + 1),
    async look(entries: readonly Entry[]): Promise<readonly Found[]> {
      asked.push(entries)
      return entries.map(([topic, id]) => ({
        version: versions.get(id) ?? 0,
        parked: parked.has(id),
        offsets: String(offsets.get(topic) ?? 1),
      }))
    },
  }
}

/** The clock of a request that may wait so long. */
const after = (ms: number) => createRequest({ require: [], waitMs: ms }).clock
/** The outcome, and the time that it took. */
async function timed(reach: Promise<Outcome>, atMost = 2_000): Promise<readonly [Outcome | 'none', number]> {
  const began = performance.now()
  let outcome: Outcome | 'none' = 'none'
  void reach.then((settled) => {
    outcome = settled
  })
  while (outcome === 'none' && performance.now() - began < atMost) await vi.advanceTimersByTimeAsync(1)
  return [outcome, Math.round(performance.now() - began)]
}

describe('an entry', () => {
  test('that the tables have is reached at once, and starts no clock', async () => {
    const { look, versions } = tables()
    versions.set(key(1), 3)
    const request = createRequest({ require: [], waitMs: 1_000 })
    expect(await createWaiters(look).reach(post(1, 3), request.clock)).toBe('at once')
    await vi.advanceTimersByTimeAsync(500)
    expect(request.result().waitedMs).toBe(0)
  })

  test('that was reached costs no statement again; a later version does', async () => {
    const { look, versions, asked } = tables()
    versions.set(key(1), 3)
    const { reach } = createWaiters(look)
    await reach(post(1, 2), after(0))
    await reach(post(1, 3), after(0))
    expect(asked).toHaveLength(1)
    expect(await reach(post(1, 4), after(0))).toBe('late')
    expect(asked).toHaveLength(2)
  })

  test('that is projected meanwhile is waited for, by polling', async () => {
    const { look, project } = tables()
    const { reach } = createWaiters(look)
    setTimeout(() => project('blog.posts.v1', key(1), 1), 200)
    const [outcome, ms] = await timed(reach(post(1), after(1_000)))
    expect(outcome).toBe('waited')
    expect(ms).toBeGreaterThanOrEqual(200)
    expect(ms).toBeLessThanOrEqual(251)
  })

  test('that is announced is seen without waiting for the next poll', async () => {
    const { look, project } = tables()
    const { reach, wake } = createWaiters(look)
    setTimeout(() => {
      project('blog.posts.v1', key(1), 1)
      wake()
    }, 210)
    expect(await timed(reach(post(1), after(1_000)))).toEqual(['waited', 210])
  })

  test('that does not come is late at the deadline', async () => {
    const { reach } = createWaiters(tables().look)
    expect(await timed(reach(post(1), after(1_000)))).toEqual(['late', 1_000])
  })

  test('without time to wait is looked at once', async () => {
    const { look, asked } = tables()
    expect(await createWaiters(look).reach(post(1), after(0))).toBe('late')
    expect(asked).toHaveLength(1)
  })

  test('whose event is a dead letter is not waited for, before or during the wait', async () => {
    const { look, parked } = tables()
    const { reach } = createWaiters(look)
    parked.add(key(1))
    expect(await timed(reach(post(1), after(1_000)))).toEqual(['parked', expect.toSatisfy((ms) => ms < 5)])
    setTimeout(() => parked.add(key(2)), 100)
    expect((await timed(reach(post(2), after(1_000))))[0]).toBe('parked')
  })
})

describe('many waiters', () => {
  test('share one statement', async () => {
    const { look, project, asked } = tables()
    const { reach, wake, count } = createWaiters(look)
    const reached = Array.from({ length: 100 }, (_, n) => reach(post(n), after(1_000)))
    await vi.advanceTimersByTimeAsync(100)
    expect(count()).toBe(100)
    expect(asked.length).toBeLessThan(10)
    for (let n = 0; n < 100; n++) project('blog.posts.v1', key(n), 1)
    wake()
    await vi.advanceTimersByTimeAsync(60)
    expect(new Set(await Promise.all(reached))).toEqual(new Set(['waited']))
    expect(count()).toBe(0)
  })

  test('beyond the limit do not wait', async () => {
    const { reach } = createWaiters(tables().look, { most: 2 })
    const waiting = [1, 2].map((n) => reach(post(n), after(1_000)))
    expect(await timed(reach(post(3), after(1_000)))).toEqual(['busy', expect.toSatisfy((ms) => ms < 10)])
    await vi.advanceTimersByTimeAsync(1_000)
    expect(await Promise.all(waiting)).toEqual(['late', 'late'])
  })

  test('are requests: one may wait for many entries, and none of a request that waits is busy', async () => {
    const { reach, count } = createWaiters(tables().look, { most: 1 })
    const clock = after(500)
    const waiting = [1, 2, 3].map((n) => reach(post(n), clock))
    await vi.advanceTimersByTimeAsync(5)
    expect(count()).toBe(1)
    expect((await timed(reach(post(4), after(500))))[0]).toBe('busy')
    await vi.advanceTimersByTimeAsync(600)
    expect(await Promise.all(waiting)).toEqual(['late', 'late', 'late'])
    expect(count()).toBe(0)
  })

  test('do not wait beyond their time for a look that does not end', async () => {
    const { reach } = createWaiters(() => new Promise(() => undefined))
    expect(await timed(reach(post(1), after(400)))).toEqual(['late', 400])
    expect(await timed(reach(post(2), after(0)))).toEqual(['late', 250])
  })

  test('get the error of a look that fails, and later ones look again', async () => {
    const { look, versions } = tables()
    let fails = true
    const { reach } = createWaiters((entries) => (fails ? Promise.reject(new Error('away')) : look(entries)))
    await expect(reach(post(1), after(1_000))).rejects.toThrow('away')
    fails = false
    versions.set(key(1), 1)
    expect(await reach(post(1), after(1_000))).toBe('at once')
  })
})

describe('after a wait ran out', () => {
  const topic = 'blog.posts.v1'

  test('its key is not waited for during five seconds, but looked at', async () => {
    const { look, project, move } = tables()
    const { reach } = createWaiters(look)
    await timed(reach(post(1), after(1_000)))
    move(topic)
    expect(await timed(reach(post(1), after(1_000)))).toEqual(['late', expect.toSatisfy((ms) => ms < 5)])
    project(topic, key(1), 1)
    expect(await reach(post(1), after(1_000))).toBe('at once')
    await timed(reach(post(2), after(1_000)))
    move(topic)
    await vi.advanceTimersByTimeAsync(5_001)
    expect(await timed(reach(post(2), after(1_000)))).toEqual(['late', 1_000])
  })

  test('its topic is stalled until an offset moves; one request at a time probes it, briefly', async () => {
    const { look, project } = tables()
    const { reach, wake } = createWaiters(look)
    expect(await timed(reach(post(1), after(1_000)))).toEqual(['late', 1_000])
    expect(await timed(reach(post(1), after(1_000)))).toEqual(['stalled', expect.toSatisfy((ms) => ms < 5)])
    const probe = reach(post(2), after(1_000))
    await vi.advanceTimersByTimeAsync(2)
    expect(await timed(reach(post(3), after(1_000)))).toEqual(['stalled', expect.toSatisfy((ms) => ms < 10)])
    expect(await timed(probe)).toEqual(['stalled', expect.toSatisfy((ms) => ms <= 100)])
    // Another topic is not affected.
    setTimeout(() => project('blog.users.v1', key(9), 1), 50)
    expect((await timed(reach(['blog.users.v1', key(9), 1], after(1_000))))[0]).toBe('waited')

    project(topic, key(1), 1)
    expect(await reach(post(1), after(1_000))).toBe('at once')
    setTimeout(() => {
      project(topic, key(4), 1)
      wake()
    }, 300)
    expect(await timed(reach(post(4), after(1_000)))).toEqual(['waited', 300])
  })

  test('a stalled topic that only had nothing to bring is found by the probe', async () => {
    const { look, project, parked } = tables()
    const { reach } = createWaiters(look)
    await timed(reach(post(1), after(1_000)))
    parked.clear()
    setTimeout(() => project(topic, key(2), 1), 20)
    expect((await timed(reach(post(2), after(1_000))))[0]).toBe('waited')
    setTimeout(() => project(topic, key(3), 1), 400)
    expect((await timed(reach(post(3), after(1_000))))[0]).toBe('waited')
  })

  test('after a short wait, the topic and the key are not given up', async () => {
    const { look, project } = tables()
    const { reach } = createWaiters(look)
    expect((await timed(reach(post(1), after(20))))[0]).toBe('late')
    for (const n of [1, 2, 3]) {
      setTimeout(() => project(topic, key(n), 1), 150)
      expect((await timed(reach(post(n), after(1_000))))[0]).toBe('waited')
    }
  })

  test('and the key came at last, its next version is waited for', async () => {
    const { look, project } = tables()
    const { reach } = createWaiters(look)
    expect((await timed(reach(post(1), after(1_000))))[0]).toBe('late')
    project(topic, key(1), 1)
    expect(await reach(post(1), after(1_000))).toBe('at once')
    setTimeout(() => project(topic, key(1), 2), 20)
    expect((await timed(reach(post(1, 2), after(1_000))))[0]).toBe('waited')
  })

  test('a topic of which nothing was ever projected is late, not stalled', async () => {
    const { reach } = createWaiters(async (entries) => entries.map(() => ({ version: 0, parked: false, offsets: '' })))
    await timed(reach(post(1), after(100)))
    expect(await timed(reach(post(2), after(1_000)))).toEqual(['late', 1_000])
  })
})
