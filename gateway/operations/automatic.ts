import { LRUCache } from 'lru-cache'
import type { OperationsConfig } from './config.ts'

/** Maximum number of cached queries, however short. */
const MOST = 10_000

/**
 * Automatic persisted queries: a client that sent a query once with its hash can use the hash alone later. Any client
 * can fill the cache, so it is bounded, and the least recently used query goes first. Off when only registered
 * operations run.
 */
export function automaticQueries(config: OperationsConfig) {
  if (config.PERSISTED_OPERATIONS === 'enforce' || config.APQ_CACHE_BYTES === 0) return false
  const queries = new LRUCache<string, string>({
    max: MOST,
    maxSize: config.APQ_CACHE_BYTES,
    sizeCalculation: (query, key) => Buffer.byteLength(query) + key.length,
  })
  return {
    cache: {
      get: async (key: string) => queries.get(key),
      set: async (key: string, query: string) => void queries.set(key, query),
      delete: async (key: string) => queries.delete(key),
    },
  }
}
