import { createHmac, randomBytes } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { CannotStart } from '../cannot-start.ts'

/** Minimum length of a root secret: everything is derived from it, so guessing it reveals everything. */
const LEAST = 32

/**
 * Secrets for one machine, all derived from a root secret that is created once and kept in the data folder: digests of
 * inputs must be comparable after a restart.
 * @param given the user's own root secret, used instead
 * @throws CannotStart when the root secret is too short
 */
export function openSecrets(dir: string, given: string | undefined): (purpose: string) => string {
  const file = join(dir, 'secret')
  if (!given && !existsSync(file)) writeWhole(file, randomBytes(32).toString('hex'))
  const root = given || readFileSync(file, 'utf8').trim()
  if (root.length < LEAST)
    throw new CannotStart(
      given
        ? `INKSTREAM_SECRET has ${root.length} characters, and ${LEAST} are the fewest: keys are derived from it.`
        : `The secret in ${file} is ${root ? 'cut short' : 'empty'}, and keys are derived from it. Restore the file from a backup, or forget all data and begin again: npm start -- --reset`,
    )
  return (purpose) => createHmac('sha256', root).update(purpose).digest('base64url')
}

/** Creates the file completely or not at all, even if the machine crashes meanwhile. */
function writeWhole(file: string, text: string): void {
  const partial = `${file}.${process.pid}`
  const fd = openSync(partial, 'w', 0o600)
  try {
    writeSync(fd, text)
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
  renameSync(partial, file)
}
