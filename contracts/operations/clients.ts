import { globSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** The name of each client's manifest, in its folder. */
export const manifestName = 'manifest.json'

/**
 * The clients that have registered operations: each has a folder of its own below `dir`, with its operations and its
 * manifest. @returns the names of the folders, sorted
 */
export const clientsIn = (dir: string): readonly string[] =>
  readdirSync(dir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && operationFilesIn(join(dir, entry.name)).length > 0)
    .map(({ name }) => name)
    .toSorted()

/** The files with a client's operations, as paths from its folder. */
export const operationFilesIn = (folder: string): readonly string[] =>
  globSync('**/*.graphql', { cwd: folder }).toSorted()

/** Files below `dir` that belong to no client: operations beside the folders, and manifests without operations. */
export const strayFilesIn = (dir: string): readonly string[] => {
  const clients = clientsIn(dir)
  const manifests = globSync(`*/${manifestName}`, { cwd: dir }).filter(
    (file) => !clients.some((client) => file === join(client, manifestName)),
  )
  return [...globSync('*.graphql', { cwd: dir }), ...manifests].toSorted()
}
