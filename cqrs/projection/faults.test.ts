import { pino } from 'pino'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createFaults } from './faults.ts'

beforeEach(() => void vi.useFakeTimers({ now: new Date('2026-06-01') }))
afterEach(() => void vi.useRealTimers())

test('work that does not end is reported in time, even if the clock was set back meanwhile', () => {
  const faults = createFaults(pino({ level: 'silent' }))
  void faults.attend('PostgreSQL', () => new Promise(() => undefined))
  vi.setSystemTime(new Date('2026-05-31'))
  vi.advanceTimersByTime(2_900)
  expect(faults.lasting()).toBeUndefined()
  vi.advanceTimersByTime(200)
  expect(faults.lasting()).toBe('PostgreSQL: no answer for 3 s.')
})
