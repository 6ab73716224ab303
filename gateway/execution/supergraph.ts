import { readFileSync, watch } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import type { SupergraphManager } from '@apollo/gateway'
import type { Log } from '#cqrs/process/log.ts'

/** Many writes of one save count as one, in milliseconds. */
const SETTLE_MS = 50

export type SupergraphState = { readonly swaps: number; readonly refused: string | undefined }

/** The supergraph from a file, swapped when the file changes. One that is not valid is refused and the old one goes on. */
export function createSupergraphFile(path: string, log: Log): SupergraphManager & { state(): SupergraphState } {
  const file = resolve(path)
  let swaps = 0
  let refused: string | undefined
  return {
    state: () => ({ swaps, refused }),
    async initialize({ update }) {
      let current = readFileSync(file, 'utf8')
      const swap = () => {
        try {
          const next = readFileSync(file, 'utf8')
          if (next === current) return
          update(next)
          current = next
          swaps++
          refused = undefined
          log.info({ file }, 'supergraph swapped')
        } catch (error) {
          refused = (error as Error).message
          log.error({ err: error, file }, 'supergraph refused, the old one goes on')
        }
      }
      let settled: NodeJS.Timeout | undefined
      // The folder is watched, not the file: a rename puts another file in its place.
      const watcher = watch(dirname(file), (_, name) => {
        if (name !== basename(file)) return
        clearTimeout(settled)
        settled = setTimeout(swap, SETTLE_MS)
      })
      return {
        supergraphSdl: current,
        async cleanup() {
          clearTimeout(settled)
          watcher.close()
        },
      }
    },
  }
}
