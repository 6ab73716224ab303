import type { SupergraphManager } from '@apollo/gateway'
import type { Log } from '#cqrs/process/log.ts'
import { createWatchedFile, type WatchedState } from '../watched-file.ts'

/** The supergraph from a file, swapped when the file changes. One that is not valid is refused and the old one goes on. */
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
