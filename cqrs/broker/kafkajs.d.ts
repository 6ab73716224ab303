declare module 'kafkajs/src/network/requestQueue/index.js' {
  /** The part of kafkajs's internal request queue that kafkajs-timer.ts replaces. */
  export default class RequestQueue {
    pending: unknown[]
    throttledUntil: number
    throttleCheckTimeoutId: NodeJS.Timeout | null
    checkPendingRequests(): void
    scheduleCheckPendingRequests(): void
  }
}
