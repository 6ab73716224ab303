import { LRUCache } from 'lru-cache'
import type { Count } from './rate-limits.ts'

/** Callers and fields that are counted at once; beyond that, who asked longest ago is forgotten. Some 20 MB. */
const MOST = 100_000

/** Counts in this process, in windows of fixed length. (Those of rate-limiter-flexible have a timer each, and no bound.) */
export function createMemoryCount(windowMs: number, most = MOST): Count {
  const windows = new LRUCache<string, { times: number; readonly endsAt: number }>({ max: most })
  return async (key, times) => {
    const now = performance.now()
    const known = windows.get(key)
    const window = known && known.endsAt > now ? known : { times: 0, endsAt: now + windowMs }
    if (window !== known) windows.set(key, window)
    window.times += times
    return { times: window.times, endsInMs: window.endsAt - now }
  }
}
