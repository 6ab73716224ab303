import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Side } from '../change.ts'
import { apply, type Edit } from '../facts/scratch-side.fixture.ts'

/** The contracts of a small system, which stays as it is however the real one grows. */
export const smallContracts = resolve(import.meta.dirname, '..', 'small-system')

/** A copy of them to change at will; goes with `using`. */
export function smallSide(label: string, edits: readonly Edit[] = []): Side & Disposable {
  const dir = mkdtempSync(join(tmpdir(), 'inkstream-contracts-test-'))
  const side = { dir, label, [Symbol.dispose]: () => rmSync(dir, { recursive: true, force: true }) }
  try {
    cpSync(smallContracts, dir, { recursive: true })
    for (const edit of edits) apply(dir, edit)
    return side
  } catch (error) {
    side[Symbol.dispose]()
    throw error
  }
}
