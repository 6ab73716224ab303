import { globSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import type { Side } from '../change.ts'

/** The text of a side's file; undefined when there is no such file. @throws other errors of reading */
export function textOf(side: Side, file: string): string | undefined {
  try {
    return readFileSync(join(side.dir, file), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** The files of a side that match a glob, from its root, sorted. */
export const filesOf = (side: Side, glob: string): readonly string[] =>
  globSync(glob, { cwd: side.dir, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(side.dir.replace(/\/$/, '').length + 1))
    .map((file) => file.replaceAll(sep, '/'))
    .sort()

/** The first line, from 1, that matches; null when none does. */
export function lineOf(text: string, pattern: RegExp): number | null {
  const index = text.split('\n').findIndex((line) => pattern.test(line))
  return index < 0 ? null : index + 1
}

/** The only line, from 1, that matches; null when none or several do. */
export function onlyLineOf(text: string, pattern: RegExp): number | null {
  const lines = text.split('\n').flatMap((line, index) => (pattern.test(line) ? [index + 1] : []))
  return lines.length === 1 ? (lines[0] ?? null) : null
}

/** The first line, from 1, in which two texts differ; null when they are equal. */
export function firstDifference(one: string, other: string): number | null {
  if (one === other) return null
  const lines = other.split('\n')
  const index = one.split('\n').findIndex((line, at) => line !== lines[at])
  return index < 0 ? one.split('\n').length : index + 1
}
