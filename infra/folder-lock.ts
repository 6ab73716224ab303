import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** The file of the data folder that is locked. A process that opened and closed it by other means would lose its lock. */
export const LOCK_FILE = 'inkstream.lock'

/** SQLite's result code for a lock that another connection has. */
const SQLITE_BUSY = 5

/** Kept, so that no lock is given back before the process ends. */
const taken: DatabaseSync[] = []

/**
 * Takes the folder for this process until it ends. SQLite locks the file by fcntl, so the kernel gives the lock back,
 * whatever ended the process, and no child inherits it. Of several that try at once, exactly one gets it.
 * @returns whether this process has it now
 * @throws when the file cannot be written, or its file system knows no locks
 */
export function lockFolder(dir: string): boolean {
  const database = new DatabaseSync(join(dir, LOCK_FILE), { timeout: 0 })
  try {
    // A transaction that may write has a lock that one connection alone can have. It writes nothing, and no journal.
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN IMMEDIATE')
  } catch (error) {
    database.close()
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return false
    throw error
  }
  taken.push(database)
  return true
}
