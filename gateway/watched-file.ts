import { readFileSync, unwatchFile, watchFile } from 'node:fs'
import { resolve } from 'node:path'
import type { Log } from '#cqrs/process/log.ts'

/** How often the file is looked at, in milliseconds. A look finds what events of the file system miss: links, mounts. */
const LOOK_MS = 500

export type WatchedState = {
  readonly swaps: number
  /** Why the file as it stands now is not used. */
  readonly refused: string | undefined
}

/** A file that can be swapped while we run. `close` can be called in any state, twice. */
export type WatchedFile = {
  /** @throws when it is not there */
  read(): string
  /** Hands on each text other than the one that is used; one that `use` throws for is refused, and the old one goes on. */
  watch(used: string, use: (text: string) => void): void
  state(): WatchedState
  close(): void
}

/** `what` is in the file, as the log calls it. */
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
      // A change before the watch has seen the file for the first time is none to it.
      const second = setTimeout(look, 2 * LOOK_MS)
      close = () => {
        unwatchFile(file, look)
        clearTimeout(second)
      }
    },
    close: () => close(),
  }
}
