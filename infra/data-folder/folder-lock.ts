import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** The locked file of the data folder. A process that opens and closes it by other means loses its lock. */
export const LOCK_FILE = 'inkstream.lock'

/** SQLite's result code for a lock held by another connection. */
const SQLITE_BUSY = 5

/** Keeps connections open, so that no lock is released before the process ends. */
const taken: DatabaseSync[] = []

/**
 * Locks the folder for this process until it ends. SQLite locks the file by fcntl, so the kernel releases the lock
 * however the process ends, and no child inherits it. Of several concurrent attempts, exactly one succeeds.
 * @returns whether this process holds the lock now
 * @throws when the file cannot be written, or its file system does not support locks
 */
export function lockFolder(dir: string): boolean {
  const database = new DatabaseSync(join(dir, LOCK_FILE), { timeout: 0 })
  try {
    // A transaction that may write takes a lock that only one connection can hold. It writes nothing, and no journal.
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN IMMEDIATE')
  } catch (error) {
    database.close()
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return false
    throw error
  }
  taken.push(database)
  return true
}
