import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Inputs and outputs of a step, as globs and paths from the root. */
export type Step = { readonly name: string; readonly inputs: readonly string[]; readonly outputs: readonly string[] }

/**
 * Remembers the content of each step's inputs. A step runs only when they have changed or an output is missing.
 * @param file where it is remembered; without it every step runs
 */
export function openStamps(root: string, file: string) {
  const stamps = read(file)
  const stampOf = ({ inputs }: Step): string => {
    const hash = createHash('sha256')
    for (const path of globSync([...inputs], { cwd: root }).toSorted())
      hash
        .update(`${path}\0`)
        .update(readFileSync(join(root, path)))
        .update('\0')
    return hash.digest('hex')
  }
  return {
    isCurrent: (step: Step): boolean =>
      stamps[step.name] === stampOf(step) && step.outputs.every((output) => existsSync(join(root, output))),
    /** Call it after the step has succeeded. @param stamp taken before it ran: later changes are not covered */
    note(step: Step, stamp: string): void {
      stamps[step.name] = stamp
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, JSON.stringify(stamps, undefined, 2))
    },
    stampOf,
  }
}

function read(file: string): Record<string, string> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>
  } catch {
    return {}
  }
}
