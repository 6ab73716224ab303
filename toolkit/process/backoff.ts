/** Waits longer after each consecutive failure, with jitter, up to a limit. */
export type Backoff = {
  /** Resolves after the next wait, or at once when the signal aborts. */ wait(signal?: AbortSignal): Promise<void>
  reset(): void
}

/** @param bounds in milliseconds */
export function createBackoff({ min, max }: { min: number; max: number }): Backoff {
  let failures = 0
  return {
    wait: (signal) => sleep(Math.min(max, min * 2 ** failures++) * (0.5 + Math.random() / 2), signal),
    reset: () => {
      failures = 0
    },
  }
}

/** Resolves after `ms` milliseconds, or at once when the signal aborts. Never rejects. */
export const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal?.aborted) return resolve()
    const done = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal?.addEventListener('abort', done, { once: true })
  })
