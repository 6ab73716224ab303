import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { CannotStart } from '../cannot-start.ts'
import { endProcess } from '../end-process.ts'
import { type Patience, patiently } from '../patience.ts'
import { pinnedEnvironment } from '../surroundings.ts'
import { embeddedPostgresUrl } from './url.ts'

/** How long the server may take to flush and stop, in milliseconds; then it is killed. */
const STOP_WITHIN_MS = 10_000

/** Messages of main.ts. */
type Answer = { readonly up: true; readonly pid: number } | { readonly up: false; readonly reason: string }

/**
 * Starts the embedded PostgreSQL in its own process.
 * @param options.onSpawn called with each process, by name, as soon as it exists; `stop` ends all of them
 * @throws CannotStart when it does not come up
 */
export async function startPostgresProcess(options: {
  /** The data folder, which contains the server's. */
  readonly dir: string
  readonly port: number
  readonly onSpawn: (name: string, pid: number, stop: () => Promise<void>) => void
  readonly say: (step: string) => void
  readonly patience: Patience
}): Promise<{ readonly url: string; readonly ended: Promise<void> }> {
  const { dir, port, onSpawn, say, patience } = options
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), join(dir, 'postgres'), String(port)], {
    // The package passes a file to the server's user through TMPDIR; as root, that user cannot enter the data folder.
    env: { ...pinnedEnvironment(), TZ: 'UTC', TMPDIR: process.getuid?.() === 0 ? '/tmp' : dir },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    detached: true,
  })
  const stop = () => endProcess(child, STOP_WITHIN_MS)
  if (child.pid !== undefined) onSpawn('postgres-main', child.pid, stop)
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const answer = await patiently(
    new Promise<Answer>((resolve) => {
      child.once('message', (message) => resolve(message as Answer))
      child.once('error', ({ message }) => resolve({ up: false, reason: message }))
      child.once('exit', (code, signal) => resolve({ up: false, reason: `PostgreSQL ended with ${signal ?? code}` }))
    }),
    { lacks: () => `PostgreSQL on port ${port}`, say, patience },
  )
  if (!answer.up) throw new CannotStart(`${answer.reason}\nIts folder is ${join(dir, 'postgres')}.`)
  onSpawn('postgres', answer.pid, stop)
  return { url: embeddedPostgresUrl(port), ended }
}
