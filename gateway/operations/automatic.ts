import type { ApolloServerOptions, BaseContext } from '@apollo/server'
import { LRUCache } from 'lru-cache'
import type { OperationsConfig } from './config.ts'

/** Queries that are kept at most, however short. */
const MOST = 10_000

/**
 * Automatic persisted queries: what clients sent once with its hash can be asked for by the hash. Any client can fill
 * the cache, so it is bounded, and the query that was not asked for longest goes first. Never when only registered
 * operations run.
 */
export function automaticQueries(config: OperationsConfig): ApolloServerOptions<BaseContext>['persistedQueries'] {
  if (config.PERSISTED_OPERATIONS === 'enforce' || config.APQ_CACHE_BYTES === 0) return false
  const queries = new LRUCache<string, string>({
    max: MOST,
    maxSize: config.APQ_CACHE_BYTES,
    sizeCalculation: (query, key) => Buffer.byteLength(query) + key.length,
  })
  return {
    cache: {
      get: async (key) => queries.get(key),
      set: async (key, query) => void queries.set(key, query),
      delete: async (key) => queries.delete(key),
    },
  }
}
