import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Change, Check, Level, Side } from '../change.ts'
import { type Edit, scratchSide } from './scratch-side.fixture.ts'

type Expected = {
  readonly level: Level
  readonly rule: string
  readonly file: string
  /** A part of the text of the reported line; null when no line is reported. */
  readonly line: string | null
  /** Everything that it breaks. */
  readonly breaks: readonly string[]
}

const expected =
  (level: Level) =>
  (rule: string, file: string, line: string | null, breaks: readonly string[] = []): Expected => ({
    level,
    rule,
    file,
    line,
    breaks,
  })
export const breaking = expected('breaking')
export const dangerous = expected('dangerous')
export const safe = expected('safe')

export type Case = {
  /** The name of the test, a sentence. */
  readonly what: string
  readonly edits: readonly Edit[]
  /** Edits of both sides, on top of today's contracts. */
  readonly before?: readonly Edit[]
  /** Every change that is reported, in any order. */
  readonly reported: readonly Expected[]
}

/** Defines a test for each case: today's contracts before, and the edited ones after. */
export function testCheck(check: Check, cases: readonly Case[]): void {
  let today: Side & Disposable
  beforeAll(() => {
    today = scratchSide('before')
  })
  afterAll(() => today[Symbol.dispose]())

  test.for(cases.map((each) => [each.what, each] as const))('%s', async ([, { edits, before, reported }]) => {
    using earlier = before && scratchSide('before', before)
    using after = scratchSide('after', [...(before ?? []), ...edits])
    const from = earlier ?? today
    const changes = await check(from, after)
    expect(changes.map((change) => seen(change, reported, from, after)).sort(byRule)).toEqual(
      [...reported].sort(byRule),
    )
    for (const { level, message, remedy } of changes) {
      expect(message).not.toBe('')
      expect(remedy === null).toBe(level === 'safe')
    }
  })
}

const byRule = (one: Expected, other: Expected) => (`${one.rule} ${one.line}` < `${other.rule} ${other.line}` ? -1 : 1)

/** A change with its line's text instead of the number: the expected part, if the line contains it on either side. */
function seen(change: Change, reported: readonly Expected[], before: Side, after: Side): Expected {
  const { level, rule, file, line, breaks } = change
  const texts = [after, before].map(({ dir }) => (line === null ? undefined : lineIn(join(dir, file), line)))
  const found = reported
    .filter((each) => each.rule === rule)
    .flatMap((each) => (each.line !== null && texts.some((text) => text?.includes(each.line ?? '')) ? [each.line] : []))
  return { level, rule, file, line: line === null ? null : (found[0] ?? texts.join(' / ')), breaks }
}

function lineIn(path: string, line: number): string | undefined {
  try {
    return readFileSync(path, 'utf8').split('\n')[line - 1]
  } catch {
    return undefined
  }
}
