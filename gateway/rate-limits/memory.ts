import { LRUCache } from 'lru-cache'
import type { Count } from './rate-limits.ts'

/** Most callers and fields counted at once, about 20 MB; beyond that, the one that asked longest ago is forgotten. */
const MOST = 100_000

/** Counts in this process, in fixed windows. (The one of rate-limiter-flexible has a timer per key, and no bound.) */
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
