import { describe, expect, test } from 'vitest'
import type { Entry } from './entry.ts'
import { beginOperation } from './operation.ts'
import { readSubgraphExtension } from './subgraph-extension.ts'

const id = (n: number) => `0190c2f1-aaaa-7bbb-8ccc-${n.toString(16).padStart(12, '0')}`
const post = (n: number, version = 1): Entry => ['blog.posts.v1', id(n), version]
const begin = (...required: Entry[]) =>
  beginOperation(
    required.map((entry) => ({ entry, at: 0 })),
    { waitMs: 1_000, answerMs: 4_000 },
  )
const left = 5_000
const nothing = { wrote: [], behind: [], waitedMs: 0 }

describe('a fetch sends what its answer must contain', () => {
  test('a query takes part if something is required', () => {
    expect(begin().takesPart(false)).toBe(false)
    expect(begin(post(1)).takesPart(false)).toBe(true)
  })

  test('a mutation takes part, so that its subgraph reports what it wrote', () => {
    expect(begin().takesPart(true)).toBe(true)
    expect(begin().ask({}, left, 0)).toEqual({ require: [], waitMs: 1_000 })
  })

  test('the entries of the request’s tokens, of each aggregate the highest version', () => {
    expect(begin(post(1, 4), post(2), post(1, 3)).ask({}, left, 0).require).toEqual([post(1, 4), post(2)])
  })

  test('and what fetches of the same operation wrote', () => {
    const operation = begin(post(1))
    operation.add('posts', { ...nothing, wrote: [[...post(1, 2)], [...post(3)]] }, 0)
    expect(operation.ask({}, left, 0).require).toEqual([post(1, 2), post(3)])
    expect(operation.written).toEqual([post(1, 2), post(3)])
  })
})

describe('an operation waits for a second in all, from its first wait on', () => {
  test('fetches that did not wait use up nothing of it', () => {
    const operation = begin(post(1))
    operation.add('posts', nothing, 4_000)
    expect(operation.ask({}, left, 9_000).waitMs).toBe(1_000)
  })

  test('when a fetch waited, later ones have what is left', () => {
    const operation = begin(post(1))
    operation.add('posts', { ...nothing, waitedMs: 300 }, 5_000)
    expect(operation.ask({}, left, 5_100).waitMs).toBe(600)
    expect(operation.ask({}, left, 5_700).waitMs).toBe(0)
    expect(operation.ask({}, left, 7_000).waitMs).toBe(0)
  })

  test('of concurrent fetches, the one that began to wait first counts', () => {
    const operation = begin(post(1))
    operation.add('posts', { ...nothing, waitedMs: 100 }, 5_000)
    operation.add('users', { ...nothing, waitedMs: 500 }, 5_050)
    expect(operation.ask({}, left, 5_050).waitMs).toBe(500)
  })

  test('a fetch under way counts as waiting since it was asked, and a second attempt of it does', () => {
    const operation = begin(post(1))
    const [slow, next] = [{}, {}]
    expect(operation.ask(slow, left, 0).waitMs).toBe(1_000)
    expect(operation.ask(next, left, 400).waitMs).toBe(600)
    expect(operation.ask(slow, left, 700).waitMs).toBe(300)
    operation.ended(slow)
    operation.add('posts', nothing, 900)
    expect(operation.ask({}, left, 900).waitMs).toBe(500)
    operation.ended(next)
  })

  test('a mutation that had nothing to wait for uses up nothing of it', () => {
    const operation = begin()
    expect(operation.ask({}, left, 0).waitMs).toBe(1_000)
    operation.add('posts', { ...nothing, wrote: [[...post(1)]] }, 800)
    expect(operation.ask({}, left, 800).waitMs).toBe(1_000)
  })

  test('a second attempt has less, by what the first one took', () => {
    expect(begin(post(1)).ask({}, 4_600, 0).waitMs).toBe(600)
  })

  test('with little time left, it looks once', () => {
    expect(begin(post(1)).ask({}, 100, 0).waitMs).toBe(0)
  })
})

describe('what is behind', () => {
  test('is named by service and aggregate, once, with the highest version', () => {
    const operation = begin(post(1, 3), post(2))
    operation.add('posts', { ...nothing, behind: [[...post(1, 2), 'late']] }, 0)
    operation.add('posts', { ...nothing, behind: [[...post(1, 3), 'stalled']] }, 0)
    operation.add('users', { ...nothing, behind: [[...post(1, 3), 'parked']] }, 0)
    expect(operation.behind).toEqual([
      { service: 'posts', id: id(1), version: 3, why: 'stalled' },
      { service: 'users', id: id(1), version: 3, why: 'parked' },
    ])
  })

  test('may be what the same reply reports as written', () => {
    const operation = begin()
    operation.add('posts', { wrote: [[...post(1)]], behind: [[...post(1), 'late']], waitedMs: 1_000 }, 0)
    expect(operation.behind).toMatchObject([{ service: 'posts', id: id(1) }])
  })

  test('is nothing that was not asked for', () => {
    const operation = begin(post(1))
    operation.add('posts', { ...nothing, behind: [[...post(2), 'late']] }, 0)
    expect(operation.behind).toEqual([])
  })
})

describe('what a subgraph says', () => {
  const said = { wrote: [[...post(1)]], behind: [[...post(2), 'busy']], waitedMs: 12 }

  test('is read from the extensions of its reply', () => {
    expect(readSubgraphExtension({ tracing: 1, consistency: said })).toEqual(said)
  })

  test.each([undefined, null, {}, 'text', { consistency: null }])(
    'is nothing when it does not take part: %j',
    (none) => {
      expect(readSubgraphExtension(none)).toBeUndefined()
    },
  )

  test.each([
    true,
    [],
    {},
    { ...said, wrote: undefined },
    { ...said, wrote: [['blog.posts.v1', id(1)]] },
    { ...said, wrote: [['blog.posts.v1', 'a post', 1]] },
    { ...said, wrote: [['blog.posts.v1', id(10).toUpperCase(), 1]] },
    { ...said, wrote: [['blog posts', id(1), 1]] },
    { ...said, wrote: [['x'.repeat(101), id(1), 1]] },
    { ...said, wrote: [[...post(1, 0)]] },
    { ...said, wrote: [[...post(1, 1.5)]] },
    { ...said, wrote: [[...post(1, 2 ** 53)]] },
    { ...said, wrote: Array.from({ length: 101 }, (_, n) => [...post(n)]) },
    { ...said, behind: [[...post(1)]] },
    { ...said, behind: [[...post(1), 'tired']] },
    { ...said, waitedMs: -1 },
    { ...said, waitedMs: '1' },
  ])('is ignored when it has another shape: %j', (consistency) => {
    expect(readSubgraphExtension({ consistency })).toBeNull()
  })
})
