import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sha256 } from './manifest.ts'

/** The text of a manifest with these bodies. */
export const manifestWith = (...bodies: readonly string[]): string =>
  JSON.stringify({
    format: 'apollo-persisted-query-manifest',
    version: 1,
    operations: bodies.map((body) => {
      const [, type, name] = /^(query|mutation) (\w+)/.exec(body) ?? []
      return { id: sha256(body), name, type, body }
    }),
  })

/** A manifest in its own folder. */
export function temporaryManifest(text: string): { readonly path: string; write(text: string): void; remove(): void } {
  const dir = mkdtempSync(join(tmpdir(), 'inkstream-manifest-'))
  const path = join(dir, 'manifest.json')
  writeFileSync(path, text)
  return {
    path,
    write: (text) => writeFileSync(path, text),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  }
}

/** The part of a request that selects an operation by id, with or without a query. */
export const byId = (body: string) => ({ extensions: { persistedQuery: { version: 1, sha256Hash: sha256(body) } } })
