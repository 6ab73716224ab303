import { createBackoff } from '#toolkit/process/backoff.ts'
import type { Log } from '#toolkit/process/log.ts'

/** What the owner's own projector needs to repair a topic. */
export type Owned = {
  readonly topic: { readonly name: string }
  /** Writes the current state of these aggregates to the outbox. */
  republish(keys: readonly string[]): Promise<unknown>
}

/** A key is not requested again within this time, in milliseconds. */
const ASK_AGAIN_MS = 60_000

/**
 * Republishes keys whose last record in the log is older than the tables, since compaction would keep the old state. It
 * waits for a partition's end, because in a replay every key looks like that until its last record comes. It works in
 * the background, so that no batch waits for the write database.
 */
export function createRepair({ owned, log, stopping }: { owned: Owned; log: Log; stopping: AbortSignal }) {
  /** Keys whose last record so far was older than the tables, by partition. */
  const suspects = new Map<string, Set<string>>()
  const asked = new Map<string, number>()

  /** Requests the suspect keys of a partition, once its end is reached. */
  function flush(partition: string): void {
    const keys = suspects.get(partition) ?? new Set()
    const due = [...keys].filter(
      (key) => performance.now() - (asked.get(key) ?? Number.NEGATIVE_INFINITY) > ASK_AGAIN_MS,
    )
    if (due.length === 0) return
    const again = due.filter((key) => asked.has(key))
    if (again.length > 0)
      log.error(
        { topic: owned.topic.name, keys: again },
        'keys went backwards again after they were republished: if the write database was restored from a backup, run `npm run ops -- restored`',
      )
    log.warn({ topic: owned.topic.name, keys: due }, 'keys went backwards in the log, republishing them')
    for (const key of due) {
      keys.delete(key)
      asked.set(key, performance.now())
    }
    void republish(due)
  }

  async function republish(keys: readonly string[]): Promise<void> {
    const backoff = createBackoff({ min: 500, max: 30_000 })
    while (!stopping.aborted) {
      try {
        await owned.republish(keys)
        return
      } catch (error) {
        log.warn({ err: error, keys }, 'could not republish keys that went backwards in the log, trying again')
        await backoff.wait(stopping)
      }
    }
  }

  return {
    flush,
    /** Forgets a partition that another projector has taken over. */
    forget: (partition: string): void => void suspects.delete(partition),
    /** Notes the keys of a batch whose last record was older than the tables, and all others. */
    note(
      partition: string,
      { backwards, forwards }: { readonly backwards: readonly string[]; readonly forwards: readonly string[] },
    ): void {
      const keys = suspects.get(partition) ?? new Set()
      for (const key of forwards) keys.delete(key)
      for (const key of backwards) keys.add(key)
      suspects.set(partition, keys)
    },
  }
}
