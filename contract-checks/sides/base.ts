import { CannotJudge } from '../change.ts'
import type { Git } from './git.ts'

export type Base = { readonly commit: string; readonly label: string }

/**
 * What to compare with: the requested ref, else the merge base with main, or on main itself the first parent.
 * @throws CannotJudge when this clone lacks that commit; the message names what to fetch
 */
export async function baseOf(git: Git, against: string | undefined): Promise<Base> {
  if (against !== undefined) return requested(git, against)
  const main = await mainOf(git)
  return (await isOnMain(git, main.commit)) ? parentOfHead(git) : mergeBase(git, main)
}

async function requested(git: Git, ref: string): Promise<Base> {
  const commit = await git.commit(ref)
  if (commit) return { commit, label: ref }
  const branch = ref.replace(/^origin\//, '')
  throw new CannotJudge(
    `There is no commit ${ref} here. Fetch it (git fetch origin ${branch}) or name another by --against.`,
  )
}

async function mainOf(git: Git): Promise<Base> {
  for (const label of ['main', 'origin/main']) {
    const commit = await git.commit(label === 'main' ? 'refs/heads/main' : 'refs/remotes/origin/main')
    if (commit) return { commit, label }
  }
  throw new CannotJudge(
    'There is neither main nor origin/main here to compare with. Fetch it (git fetch origin main:refs/remotes/origin/main) or name a base by --against.',
  )
}

/** On the branch main, or without a branch at the commit of main, as in CI. */
async function isOnMain(git: Git, main: string): Promise<boolean> {
  const branch = await git.run(['symbolic-ref', '--quiet', 'HEAD']).then(
    (out) => out.trim(),
    () => undefined,
  )
  return branch === undefined ? (await git.commit('HEAD')) === main : branch === 'refs/heads/main'
}

async function parentOfHead(git: Git): Promise<Base> {
  const commit = await git.commit('HEAD^1')
  if (commit) return { commit, label: `${commit.slice(0, 9)}, the previous commit` }
  throw new CannotJudge(
    (await isShallow(git))
      ? 'This clone is shallow and does not have the previous commit. Fetch it: git fetch --deepen=1'
      : 'This is the first commit: there is nothing to compare with. Name a base by --against.',
  )
}

async function mergeBase(git: Git, main: Base): Promise<Base> {
  const commit = await git.run(['merge-base', 'HEAD', main.commit]).then(
    (out) => out.trim(),
    () => undefined,
  )
  if (commit) return { commit, label: `${commit.slice(0, 9)}, the merge base with ${main.label}` }
  throw new CannotJudge(
    (await isShallow(git))
      ? `This clone is shallow and does not have the merge base with ${main.label}. Fetch it: git fetch --unshallow`
      : `HEAD and ${main.label} have no commit in common. Name a base by --against.`,
  )
}

const isShallow = async (git: Git) => (await git.run(['rev-parse', '--is-shallow-repository'])).trim() === 'true'
