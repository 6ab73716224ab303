import { expect, test } from 'vitest'
import { Busy } from '#toolkit/database/faults.ts'
import { createTurns } from './turns.ts'

const patient = { patience: 10_000, atMost: 20_000 }

/** Work that runs until `end` is called. */
function held() {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { work: () => promise, end: resolve }
}

test('work with the same name runs one at a time, in the order of arrival', async () => {
  const inTurn = createTurns(patient)
  const seen: number[] = []
  let atOnce = 0
  await Promise.all(
    [1, 2, 3, 4, 5].map((n) =>
      inTurn('a', async () => {
        expect(++atOnce).toBe(1)
        await new Promise(setImmediate)
        seen.push(n)
        atOnce--
      }),
    ),
  )
  expect(seen).toEqual([1, 2, 3, 4, 5])
})

test('work with another name does not wait', async () => {
  const inTurn = createTurns(patient)
  const { work, end } = held()
  const waiting = inTurn('a', work)
  expect(await inTurn('b', async () => 'done')).toBe('done')
  end()
  await waiting
})

test('a failure lets the next one start', async () => {
  const inTurn = createTurns(patient)
  const first = inTurn('a', () => Promise.reject(new Error('no')))
  const second = inTurn('a', async () => 'done')
  await expect(first).rejects.toThrow('no')
  expect(await second).toBe('done')
})

test('work that waits while nothing succeeds is refused as busy, and does not run later', async () => {
  const inTurn = createTurns({ patience: 30, atMost: 10_000 })
  const { work, end } = held()
  const first = inTurn('a', work)
  let ran = false
  await expect(
    inTurn('a', async () => {
      ran = true
    }),
  ).rejects.toBeInstanceOf(Busy)
  end()
  await first
  expect(await inTurn('a', async () => 'done')).toBe('done')
  expect(ran).toBe(false)
})

test('work that waits longer than the maximum is refused as busy', async () => {
  const inTurn = createTurns({ patience: 10_000, atMost: 30 })
  const { work, end } = held()
  const first = inTurn('a', work)
  await expect(inTurn('a', async () => undefined)).rejects.toBeInstanceOf(Busy)
  end()
  await first
})
