import { readFileSync, unwatchFile, watchFile } from 'node:fs'
import { resolve } from 'node:path'
import type { Log } from '#toolkit/process/log.ts'

/** Polling interval, in milliseconds. Polling finds changes that file system events miss: links, mounts. */
const LOOK_MS = 500

export type WatchedState = {
  readonly swaps: number
  /** Why the current content of the file is not used. */
  readonly refused: string | undefined
}

/** A file whose content can be swapped at run time. `close` can be called in any state, twice. */
export type WatchedFile = {
  /** @throws when the file does not exist */
  read(): string
  /** Passes each new text to `use`. A text for which `use` throws is refused; the old one stays in use. */
  watch(used: string, use: (text: string) => void): void
  state(): WatchedState
  close(): void
}

/** @param what what the file contains, for the log */
export function createWatchedFile(path: string, what: string, log: Log): WatchedFile {
  const file = resolve(path)
  let swaps = 0
  let refused: string | undefined
  let close = () => {}
  return {
    read: () => readFileSync(file, 'utf8'),
    state: () => ({ swaps, refused }),
    watch(used, use) {
      let current = used
      const look = () => {
        try {
          const next = readFileSync(file, 'utf8')
          if (next !== current) {
            use(next)
            current = next
            swaps++
            log.info({ file }, `${what} swapped`)
          }
          refused = undefined
        } catch (error) {
          refused = (error as Error).message
          log.error({ err: error, file }, `${what} refused, the old one goes on`)
        }
      }
      watchFile(file, { interval: LOOK_MS }, look)
      // `watchFile` misses a change made before its first poll, so look once more.
      const second = setTimeout(look, 2 * LOOK_MS)
      close = () => {
        unwatchFile(file, look)
        clearTimeout(second)
      }
    },
    close: () => close(),
  }
}
