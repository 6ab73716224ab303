/** Minimum and maximum rows of a page. */
const SMALLEST = 1
const LARGEST = 500
const FIRST = 100
/** Pages that take longer shrink; pages that take less than a quarter of it may grow. In milliseconds. */
const SLOW_MS = 1_000

/** Adapts the rows of a page: half as many after a failed or slow page, twice as many after a fast one. */
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
