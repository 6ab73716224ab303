/** Counts events within the last `window` milliseconds. */
export function createRate(window: number) {
  let times: number[] = []
  return {
    /** @returns the number within the window, including these */
    add(count: number): number {
      const now = performance.now()
      times = [...times.filter((time) => time > now - window), ...Array<number>(count).fill(now)]
      return times.length
    },
  }
}
