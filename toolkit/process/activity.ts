/** A step that takes longer than this counts as stalled, in milliseconds. */
const STALLED_MS = 4_000

/**
 * Tracks what a loop is doing, and since when. A loop that waits for a frozen server throws nothing, so only this shows
 * that it is stalled.
 */
export function createActivity() {
  let step = 'starting'
  let since = performance.now()
  return {
    /** @param what the current step, for example "sending 12 events to Kafka" */
    begin(what: string): void {
      step = what
      since = performance.now()
    },
    /** Describes the step that has taken more than 4 seconds; undefined while the loop makes progress. */
    stalled(): string | undefined {
      const ms = performance.now() - since
      return ms > STALLED_MS ? `${step} for ${Math.round(ms / 1_000)} s, without an answer` : undefined
    },
  }
}
export type Activity = ReturnType<typeof createActivity>
