import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { Side } from '../change.ts'

/** The files that differ between two sides, as paths from the root of the repository. */
export async function changedFiles(before: Side, after: Side): Promise<ReadonlySet<string>> {
  const [old, young] = await Promise.all([filesOf(before.dir), filesOf(after.dir)])
  const all = [...new Set([...old, ...young])]
  const same = await Promise.all(
    all.map(async (file) => {
      if (!old.has(file) || !young.has(file)) return false
      const [was, is] = await Promise.all([before, after].map(({ dir }) => readFile(join(dir, file))))
      return was !== undefined && is !== undefined && was.equals(is)
    }),
  )
  return new Set(all.filter((_, at) => !same[at]))
}

async function filesOf(dir: string): Promise<Set<string>> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true })
  return new Set(
    entries.filter((entry) => entry.isFile()).map((entry) => relative(dir, join(entry.parentPath, entry.name))),
  )
}
