import { chmodSync, existsSync, mkdirSync, readdirSync, statfsSync } from 'node:fs'
import { sleep } from '#toolkit/process/backoff.ts'
import { CannotStart } from '../cannot-start.ts'
import { LOCK_FILE, lockFolder } from './folder-lock.ts'

/** Free bytes below which PostgreSQL and Kafka could fail during the start. */
const NEEDED_BYTES = 300 * 1024 * 1024

/** Maximum bytes of the path: SQLite, PostgreSQL and Kafka append names to it, and have limits of their own. */
const PATH_BYTES = 400

const elsewhere = 'Choose another: INKSTREAM_DIR=… npm start'

/** Entries of a data folder. A folder that has other files and none of these must not be closed to other users. */
const OURS = [LOCK_FILE, 'secret', 'processes.json', 'kafka-jars', 'postgres']

/**
 * Creates the data folder if it is missing, closes it to other users, and locks it until this process ends.
 * @param owner the pid of the process that holds it, if known
 * @throws CannotStart when it cannot be used or another `npm start` holds it; nothing was created in it then
 */
export async function takeDataFolder(dir: string, owner: () => number | undefined): Promise<void> {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the regex must find them.
  if (/[\u0000-\u001f\u007f]/.test(dir))
    throw new CannotStart(`The path of the data folder, ${JSON.stringify(dir)}, has control characters. ${elsewhere}`)
  if (Buffer.byteLength(dir) > PATH_BYTES)
    throw new CannotStart(
      `The path of the data folder has ${Buffer.byteLength(dir)} bytes, and ${PATH_BYTES} are the most: ${dir}. ${elsewhere}`,
    )
  try {
    if (existsSync(dir)) refuseForeign(dir)
    mkdirSync(dir, { recursive: true, mode: 0o700 })
    chmodSync(dir, 0o700)
  } catch (error) {
    if (error instanceof CannotStart) throw error
    throw new CannotStart(`The data folder ${dir} cannot be made: ${(error as Error).message}. ${elsewhere}`)
  }
  const { bavail, bsize } = statfsSync(dir)
  if (bavail * bsize < NEEDED_BYTES)
    throw new CannotStart(
      `The disk of ${dir} is full: ${Math.floor((bavail * bsize) / 1024 / 1024)} MB are free, 300 MB are needed. Free some, or choose another folder: INKSTREAM_DIR=… npm start`,
    )
  await lock(dir, owner)
}

function refuseForeign(dir: string): void {
  const entries = readdirSync(dir).filter((name) => !name.startsWith('.') && name !== 'lost+found')
  if (entries.length > 0 && !OURS.some((name) => entries.includes(name)))
    throw new CannotStart(`The data folder ${dir} has other files in it (${entries[0]}). ${elsewhere}`)
}

/** How long the holder of the lock may take to note its pid, in milliseconds. */
const NOTED_WITHIN_MS = 1_000

async function lock(dir: string, owner: () => number | undefined): Promise<void> {
  let taken: boolean
  try {
    taken = lockFolder(dir)
  } catch (error) {
    throw new CannotStart(
      `The data folder ${dir} cannot be locked: ${(error as Error).message}. Is it yours, and on a disk of this machine? ${elsewhere}`,
    )
  }
  // A supervisor that runs without the lock has lost it: the file was removed while it ran.
  let pid = owner()
  if (taken && pid === undefined) return
  for (let waited = 0; waited < NOTED_WITHIN_MS && pid === undefined; waited += 50) {
    await sleep(50)
    pid = owner()
  }
  throw new CannotStart(
    `Inkstream runs already on ${dir}${pid === undefined ? '' : `, as process ${pid}`}. End it first, or use another folder and other ports.`,
  )
}
