import { readFileSync, unwatchFile, watchFile } from 'node:fs'
import { resolve } from 'node:path'
import type { SupergraphManager } from '@apollo/gateway'
import type { Log } from '#cqrs/process/log.ts'

/** How often the file is looked at, in milliseconds. A look finds what events of the file system miss: links, mounts. */
const LOOK_MS = 500

export type SupergraphState = {
  readonly swaps: number
  /** Why the file as it stands now is not used. */
  readonly refused: string | undefined
}

/** The supergraph from a file, swapped when the file changes. One that is not valid is refused and the old one goes on. */
export function createSupergraphFile(path: string, log: Log): SupergraphManager & { state(): SupergraphState } {
  const file = resolve(path)
  let swaps = 0
  let refused: string | undefined
  return {
    state: () => ({ swaps, refused }),
    async initialize({ update }) {
      const first = readFileSync(file, 'utf8')
      let current = first
      const look = () => {
        try {
          const next = readFileSync(file, 'utf8')
          if (next !== current) {
            update(next)
            current = next
            swaps++
            log.info({ file }, 'supergraph swapped')
          }
          refused = undefined
        } catch (error) {
          refused = (error as Error).message
          log.error({ err: error, file }, 'supergraph refused, the old one goes on')
        }
      }
      watchFile(file, { interval: LOOK_MS }, look)
      // A change before the watch has seen the file for the first time is none to it.
      const second = setTimeout(look, 2 * LOOK_MS)
      return {
        supergraphSdl: first,
        async cleanup() {
          unwatchFile(file, look)
          clearTimeout(second)
        },
      }
    },
  }
}
