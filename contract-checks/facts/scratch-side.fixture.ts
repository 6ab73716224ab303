import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import type { Side } from '../change.ts'

const root = resolve(import.meta.dirname, '..', '..')
const parts = ['contracts', 'cqrs', 'prisma', 'subgraphs', 'toolkit', 'buf.yaml', 'package.json']

/** Replaces `from` by `to` in a file. A `from` of null writes the whole file, a `to` of null removes it. */
export type Edit = readonly [file: string, from: string | RegExp | null, to: string | null]

/** A copy of the work tree's contracts to edit; `using` removes it. */
export const scratchSide = (label: string, edits: readonly Edit[] = []): Side & Disposable =>
  scratchCopy(label, edits, (dir) => {
    for (const part of parts)
      cpSync(join(root, part), join(dir, part), { recursive: true, filter: (file) => !/\/generated$/.test(file) })
    symlinkSync(join(root, 'node_modules'), join(dir, 'node_modules'))
  })

/** A folder that `fill` fills and `edits` change; `using` removes it. */
export function scratchCopy(label: string, edits: readonly Edit[], fill: (dir: string) => void): Side & Disposable {
  const dir = mkdtempSync(join(tmpdir(), 'inkstream-contracts-test-'))
  const side = { dir, label, [Symbol.dispose]: () => rmSync(dir, { recursive: true, force: true }) }
  try {
    fill(dir)
    for (const edit of edits) apply(dir, edit)
    return side
  } catch (error) {
    side[Symbol.dispose]()
    throw error
  }
}

function apply(dir: string, [file, from, to]: Edit): void {
  const path = join(dir, file)
  if (to === null) {
    rmSync(path, { recursive: true })
  } else if (from === null) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, to)
  } else {
    const text = readFileSync(path, 'utf8')
    const edited = text.replace(from, to)
    if (edited === text) throw new Error(`${file} has no ${from}`)
    writeFileSync(path, edited)
  }
}
