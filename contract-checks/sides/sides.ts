import { cp, mkdir, rm, symlink } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Side } from '../change.ts'
import type { Base } from './base.ts'
import type { Git } from './git.ts'

/** The packages that the checks themselves use. Code of both sides is loaded with them. */
const packages = resolve(import.meta.dirname, '..', '..', 'node_modules')

/** Writes a commit's files to a folder in `scratch`, through a separate index that leaves the repository's alone. */
export function sideOfCommit(git: Git, { commit, label }: Base, scratch: string): Promise<Side> {
  const index = join(scratch, 'before.index')
  return side(join(scratch, 'before'), label, async (dir) => {
    await git.run(['read-tree', commit], { index })
    await git.run(['checkout-index', '--all', `--prefix=${dir}/`], { index })
  })
}

/** Writes what is staged to a folder in `scratch`. */
export const sideOfIndex = (git: Git, scratch: string): Promise<Side> =>
  side(join(scratch, 'after'), 'the index', async (dir) => {
    await git.run(['checkout-index', '--all', `--prefix=${dir}/`])
  })

/** Copies the work tree to a folder in `scratch`: tracked and untracked files, without ignored ones. */
export const sideOfWorkTree = (git: Git, scratch: string): Promise<Side> =>
  side(join(scratch, 'after'), 'the work tree', async (dir) => {
    const listed = await git.run(['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate'])
    const files = listed.split('\0').filter((file) => file !== '' && file !== 'node_modules')
    await Promise.all([...new Set(files.map(dirname))].map((folder) => mkdir(join(dir, folder), { recursive: true })))
    await Promise.all(files.map((file) => copy(join(git.root, file), join(dir, file))))
  })

async function side(dir: string, label: string, fill: (dir: string) => Promise<void>): Promise<Side> {
  await mkdir(dir)
  await fill(dir)
  const own = join(dir, 'node_modules')
  await rm(own, { recursive: true, force: true })
  await symlink(packages, own)
  return { dir, label }
}

async function copy(from: string, to: string): Promise<void> {
  try {
    await cp(from, to, { recursive: true, verbatimSymlinks: true })
  } catch (error) {
    // The file is tracked, but deleted in the work tree.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}
