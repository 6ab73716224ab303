/** Rows of a page, at least and at most. */
const SMALLEST = 1
const LARGEST = 500
const FIRST = 100
/** A page that takes longer than this is too large; one that takes less than a quarter of it may grow. In milliseconds. */
const SLOW_MS = 1_000

/** How many rows a page takes: half as many after one that failed or was slow, twice as many after one that was fast. */
export function createPageSize() {
  let size = FIRST
  const halve = () => {
    size = Math.max(SMALLEST, Math.floor(size / 2))
  }
  return {
    now: () => size,
    failed: halve,
    took(ms: number): void {
      if (ms > SLOW_MS) halve()
      else if (ms < SLOW_MS / 4) size = Math.min(LARGEST, size * 2)
    },
  }
}
