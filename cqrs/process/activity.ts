/** A step that takes longer than this waits for an answer that may never come, in milliseconds. */
const STALLED_MS = 4_000

/**
 * What a loop is doing, and since when. A loop that waits for a server that is frozen throws nothing: its health sees
 * it here alone.
 */
export function createActivity() {
  let step = 'starting'
  let since = performance.now()
  return {
    /** @param what it does now, as in "sending 12 events to Kafka" */
    begin(what: string): void {
      step = what
      since = performance.now()
    },
    /** What has taken more than 4 seconds, for a person; undefined while the loop goes on. */
    stalled(): string | undefined {
      const ms = performance.now() - since
      return ms > STALLED_MS ? `${step} for ${Math.round(ms / 1_000)} s, without an answer` : undefined
    },
  }
}
export type Activity = ReturnType<typeof createActivity>
