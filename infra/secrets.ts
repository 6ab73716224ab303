import { createHmac, randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Secrets for one machine, all derived from one that is made once and kept in the data folder: digests of inputs must
 * be comparable after a restart.
 * @param given a root secret of yours instead
 */
export function openSecrets(dir: string, given: string | undefined): (purpose: string) => string {
  const file = join(dir, 'secret')
  if (!given && !existsSync(file)) writeFileSync(file, randomBytes(32).toString('hex'), { mode: 0o600 })
  const root = given || readFileSync(file, 'utf8')
  return (purpose) => createHmac('sha256', root).update(purpose).digest('base64url')
}
