import { cpSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Side } from '../change.ts'
import { type Edit, scratchCopy } from '../facts/scratch-side.fixture.ts'

/** The contracts of a small system that does not change when the real one grows. */
export const smallContracts = resolve(import.meta.dirname, '..', 'small-system')

/** A copy of them to edit; `using` removes it. */
export const smallSide = (label: string, edits: readonly Edit[] = []): Side & Disposable =>
  scratchCopy(label, edits, (dir) => cpSync(smallContracts, dir, { recursive: true }))
