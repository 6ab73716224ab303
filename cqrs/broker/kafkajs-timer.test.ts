import RequestQueue from 'kafkajs/src/network/requestQueue/index.js'
import { afterEach, beforeAll, expect, test, vi } from 'vitest'
import { patchRequestQueue } from './kafkajs-timer.ts'

type Queue = InstanceType<typeof RequestQueue>

const original = RequestQueue.prototype.scheduleCheckPendingRequests
const queue = (state: Partial<Queue>): Queue =>
  Object.assign(Object.create(RequestQueue.prototype) as Queue, {
    pending: [],
    throttledUntil: -1,
    throttleCheckTimeoutId: null,
    checkPendingRequests: () => undefined,
    ...state,
  })
const timers = vi.spyOn(globalThis, 'setTimeout')

beforeAll(patchRequestQueue)
afterEach(() => timers.mockClear())

test('kafkajs sets a timer in the past when nothing waits (if this fails, the patch can be removed)', () => {
  const idle = queue({})
  timers.mockImplementationOnce(() => undefined as unknown as NodeJS.Timeout)
  original.call(idle)
  expect(timers).toHaveBeenCalledOnce()
  expect(timers.mock.calls[0]?.[1]).toBeLessThan(0)
})

test('patched, an empty queue sets no timer', () => {
  queue({}).scheduleCheckPendingRequests()
  expect(timers).not.toHaveBeenCalled()
})

test('patched, waiting requests are checked once, no sooner than the broker allows', async () => {
  const looked = Promise.withResolvers<void>()
  const throttled = queue({
    pending: [{}],
    throttledUntil: Date.now() + 500,
    checkPendingRequests: () => looked.resolve(),
  })
  throttled.scheduleCheckPendingRequests()
  throttled.scheduleCheckPendingRequests()
  expect(timers).toHaveBeenCalledOnce()
  expect(timers.mock.calls[0]?.[1]).toBeGreaterThan(300)
  await looked.promise
  expect(throttled.throttleCheckTimeoutId).toBeNull()
})
