import { setTimeout as delay } from 'node:timers/promises'

/** Runs `check` until it no longer throws. @throws its last error after `ms` milliseconds */
export async function eventually<Result>(check: () => Promise<Result>, ms = 10_000): Promise<Result> {
  const until = Date.now() + ms
  for (;;) {
    try {
      return await check()
    } catch (error) {
      if (Date.now() > until) throw error
      await delay(20)
    }
  }
}
