import type { Log } from '#toolkit/process/log.ts'
import { createWatchedFile, type WatchedState } from '../watched-file.ts'
import { parseManifest, type Registered } from './manifest.ts'

/** The currently registered operations of all clients. `stop` can be called in any state, twice. */
export type ManifestFiles = {
  /** @throws when a manifest does not exist or is invalid */
  start(): void
  stop(): void
  registered(): Registered
  state(): WatchedState & { readonly registered: number }
}

/**
 * Loads a manifest for each client, and swaps one when its file changes. An invalid one is refused; its old operations
 * stay in use, whatever happens to the others.
 */
export function createManifestFiles(paths: readonly string[], log: Log): ManifestFiles {
  const manifests = paths.map((path) => ({
    path,
    file: createWatchedFile(path, 'manifest of persisted operations', log),
    operations: new Map() as Registered,
  }))
  let registered: Registered = new Map()

  function use(manifest: (typeof manifests)[number], text: string): void {
    manifest.operations = parseManifest(text)
    registered = new Map(manifests.flatMap(({ operations }) => [...operations]))
  }

  return {
    registered: () => registered,
    state() {
      const states = manifests.map(({ path, file }) => ({ path, ...file.state() }))
      const refused = states.flatMap(({ path, refused }) => (refused === undefined ? [] : [`${path}: ${refused}`]))
      return {
        registered: registered.size,
        swaps: states.reduce((sum, { swaps }) => sum + swaps, 0),
        refused: refused.length > 0 ? refused.join('; ') : undefined,
      }
    },
    stop() {
      for (const { file } of manifests) file.close()
    },
    start() {
      for (const manifest of manifests)
        try {
          const text = manifest.file.read()
          use(manifest, text)
          manifest.file.watch(text, (changed) => use(manifest, changed))
        } catch (error) {
          throw new Error(
            `PERSISTED_MANIFESTS has "${manifest.path}", which cannot be used: ${(error as Error).message}. Name another file, make this one by \`npm run compose\`, or set PERSISTED_OPERATIONS=off.`,
          )
        }
    },
  }
}
