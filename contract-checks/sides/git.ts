import { spawn } from 'node:child_process'
import { CannotJudge } from '../change.ts'

export type Git = {
  /** The repository's top folder. */
  readonly root: string
  /** @returns what the command prints @throws Error with git's message when it fails */
  run(args: readonly string[], options?: { readonly input?: string; readonly index?: string }): Promise<string>
  /** The commit of a ref, or undefined when there is none. */
  commit(ref: string): Promise<string | undefined>
}

/** Runs git in a repository. No command here writes to its work tree, index or refs. */
export function gitOf(root: string): Git {
  const run: Git['run'] = (args, { input = '', index } = {}) =>
    new Promise((done, failed) => {
      const env = index ? { ...process.env, GIT_INDEX_FILE: index } : process.env
      const git = spawn('git', args, { cwd: root, env })
      let out = ''
      let err = ''
      git.stdout.setEncoding('utf8').on('data', (text: string) => {
        out += text
      })
      git.stderr.setEncoding('utf8').on('data', (text: string) => {
        err += text
      })
      git.on('error', failed)
      git.on('close', (code) => (code === 0 ? done(out) : failed(new Error(`git ${args.join(' ')}: ${err.trim()}`))))
      // A command that fails early closes its input. Its exit code reports the failure.
      git.stdin.on('error', () => {})
      git.stdin.end(input)
    })
  const commit = (ref: string) =>
    run(['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`]).then(
      (out) => out.trim(),
      () => undefined,
    )
  return { root, run, commit }
}

/** The repository that the current folder is in. @throws CannotJudge when it is in none */
export async function repositoryHere(): Promise<Git> {
  try {
    const top = await gitOf(process.cwd()).run(['rev-parse', '--show-toplevel'])
    return gitOf(top.trim())
  } catch (error) {
    throw new CannotJudge(`There is no git repository here to compare in. ${(error as Error).message}`)
  }
}
