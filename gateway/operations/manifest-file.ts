import type { Log } from '#toolkit/process/log.ts'
import { createWatchedFile, type WatchedState } from '../watched-file.ts'
import { parseManifest, type Registered } from './manifest.ts'

/** The currently registered operations. `stop` can be called in any state, twice. */
export type ManifestFile = {
  /** @throws when the manifest does not exist */
  start(): void
  stop(): void
  registered(): Registered
  state(): WatchedState & { readonly registered: number }
}

/** Loads a manifest and swaps it when its file changes. An invalid one is refused; the old one stays in use. */
export function createManifestFile(path: string, log: Log): ManifestFile {
  const file = createWatchedFile(path, 'manifest of persisted operations', log)
  let registered: Registered = new Map()
  const use = (text: string) => {
    registered = parseManifest(text)
  }
  return {
    registered: () => registered,
    state: () => ({ registered: registered.size, ...file.state() }),
    stop: file.close,
    start() {
      try {
        const text = file.read()
        use(text)
        file.watch(text, use)
      } catch (error) {
        throw new Error(
          `PERSISTED_MANIFEST is "${path}", which cannot be used: ${(error as Error).message}. Name another file, make this one by \`npm run compose\`, or set PERSISTED_OPERATIONS=off.`,
        )
      }
    },
  }
}
