import DataLoader, { type CacheMap } from 'dataloader'
import { currentRequest } from '../consistency/request.ts'

/**
 * A loader that returns `undefined` for keys that the batch did not find. Used for one request only.
 * @example
 * export const usersById = (read: PrismaClient) =>
 *   loader<string, User>(async (ids) => {
 *     const rows = await read.user.findMany({ where: { id: { in: [...ids] } } })
 *     return new Map(rows.map((row) => [row.id, row]))
 *   })
 */
export const loader = <Key, Value>(load: (keys: readonly Key[]) => Promise<ReadonlyMap<Key, Value>>) =>
  new DataLoader<Key, Value | undefined>(
    async (keys) => {
      const found = await load(keys)
      return keys.map((key) => found.get(key))
    },
    { cacheMap: untilTheNextWrite() },
  )

/** What was read before a mutation of the same operation is read again after it. */
function untilTheNextWrite<Key, Value>(): CacheMap<Key, Value> {
  let known = new Map<Key, Value>()
  let entries = 0
  const current = () => {
    const now = currentRequest()?.entries.length ?? 0
    if (now !== entries) known = new Map()
    entries = now
    return known
  }
  return {
    get: (key) => current().get(key),
    set: (key, value) => current().set(key, value),
    delete: (key) => current().delete(key),
    clear: () => known.clear(),
  }
}

/** One loader for each distinct set of arguments, since only equal arguments can share a statement. */
export function loaderByArguments<Arguments, Key, Value>(
  create: (args: Arguments) => DataLoader<Key, Value>,
): (args: Arguments) => DataLoader<Key, Value> {
  const loaders = new Map<string, DataLoader<Key, Value>>()
  return (args) => {
    const name = JSON.stringify(args)
    const known = loaders.get(name) ?? create(args)
    loaders.set(name, known)
    return known
  }
}
