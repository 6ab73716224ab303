import type { SupergraphManager } from '@apollo/gateway'
import type { Log } from '#toolkit/process/log.ts'
import { createWatchedFile, type WatchedState } from '../../watched-file.ts'

/** Loads the supergraph and swaps it when its file changes. An invalid one is refused; the old one stays in use. */
export function createSupergraphFile(path: string, log: Log): SupergraphManager & { state(): WatchedState } {
  const file = createWatchedFile(path, 'supergraph', log)
  return {
    state: file.state,
    async initialize({ update }) {
      const supergraphSdl = file.read()
      file.watch(supergraphSdl, update)
      return { supergraphSdl, cleanup: async () => file.close() }
    },
  }
}
