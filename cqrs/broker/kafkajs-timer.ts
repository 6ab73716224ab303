import RequestQueue from 'kafkajs/src/network/requestQueue/index.js'

/**
 * kafkajs sets a timer after every request, with a negative delay when nothing is throttled. This causes some 900
 * wake-ups a second on an idle consumer, and a TimeoutNegativeWarning from Node. Only waiting requests need a timer.
 * kafkajs-timer.test.ts fails when an update makes this unnecessary.
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
