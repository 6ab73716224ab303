import { watch } from 'node:fs'
import { join, resolve, sep } from 'node:path'
import type { Supervised } from '../supervisor/supervisor.ts'
import type { Progress } from './progress.ts'

/** Writes within this time count as one change, in milliseconds. */
const SETTLE_MS = 150

const root = resolve(import.meta.dirname, '..', '..')

/** Restarts roles when their code changes: the roles of the changed folder, or all of them for shared code. */
export function watchRoles(roles: readonly Supervised[], progress: Progress): () => Promise<void> {
  const changed = new Set<string>()
  let settled: NodeJS.Timeout | undefined
  const watchers = ['subgraphs', 'gateway', 'cqrs', 'toolkit', 'contracts', 'prisma'].map((folder) =>
    watch(join(root, folder), { recursive: true }, (_, name) => {
      if (!name || !/\.(ts|graphql)$/.test(name) || /\.test\.ts$|(^|[\\/])(generated|dist)[\\/]/.test(name)) return
      changed.add(join(folder, name))
      clearTimeout(settled)
      settled = setTimeout(restart, SETTLE_MS)
    }),
  )

  function restart(): void {
    const files = [...changed]
    changed.clear()
    const concerned = roles.filter(({ spec }) => files.some((file) => concerns(file, spec.file)))
    if (concerned.length === 0) return
    progress.step(`${files.join(', ')} changed: starting ${concerned.map(({ spec }) => spec.name).join(', ')} again`)
    for (const role of concerned) role.restart()
  }

  return async () => {
    clearTimeout(settled)
    for (const watcher of watchers) watcher.close()
  }
}

/** Whether a change of `file` affects the role that runs `entry`. The supergraph is swapped without a restart. */
export function concerns(file: string, entry: string): boolean {
  if (file.endsWith('supergraph.graphql')) return false
  const [top, service] = file.split(sep)
  if (top === 'subgraphs' || top === 'prisma') return entry.startsWith(`subgraphs/${service}/`)
  if (top === 'gateway') return entry.startsWith('gateway/')
  return true
}
