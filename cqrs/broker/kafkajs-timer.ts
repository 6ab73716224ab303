import RequestQueue from 'kafkajs/src/network/requestQueue/index.js'

/**
 * kafkajs asks for a timer after every request, with a delay below zero when nothing is throttled: some 900 wake-ups a
 * second on an idle consumer, and a TimeoutNegativeWarning from Node. Only requests that wait need one.
 * kafkajs-timer.test.ts fails when an update makes this needless.
 */
const CHECK_PENDING_MS = 10

export function patchRequestQueue(): void {
  RequestQueue.prototype.scheduleCheckPendingRequests = function scheduleCheckPendingRequests() {
    if (this.throttleCheckTimeoutId || this.pending.length === 0) return
    const throttledFor = this.throttledUntil - Date.now()
    this.throttleCheckTimeoutId = setTimeout(
      () => {
        this.throttleCheckTimeoutId = null
        this.checkPendingRequests()
      },
      throttledFor > 0 ? throttledFor : CHECK_PENDING_MS,
    )
  }
}
