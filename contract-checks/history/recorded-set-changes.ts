import type { Change, Side } from '../change.ts'
import { filesOf, firstDifference, textOf } from '../facts/side-files.ts'
import { HISTORY } from './recorded-file.ts'

const versionOf = (file: string) => file.slice(HISTORY.length + 1).split('/')[0] ?? ''

/** What became of the sets that were recorded: they are facts, so none of them changes; a new version is welcome. */
export function recordedSetChanges(before: Side, after: Side): readonly Change[] {
  const was = filesOf(before, `${HISTORY}/**`)
  const is = filesOf(after, `${HISTORY}/**`)
  const old = new Set(was.map(versionOf))
  const there = new Set(is.map(versionOf))
  const lost = [...old].filter((version) => !there.has(version))
  const come = [...there].filter((version) => !old.has(version))
  return [
    ...lost.map((version) => broken('removed', `${HISTORY}/${version} is gone`, `${HISTORY}/${version}`, null)),
    ...was
      .filter((file) => there.has(versionOf(file)))
      .flatMap((file) => {
        const text = textOf(after, file)
        const recorded = textOf(before, file) ?? ''
        if (text === recorded) return []
        return text === undefined
          ? [broken('removed', `${file} is gone`, file, null)]
          : [broken('changed', `${file} is another`, file, firstDifference(text, recorded))]
      }),
    ...is
      .filter((file) => old.has(versionOf(file)) && !was.includes(file))
      .map((file) => broken('changed', `${file} was added to a release that is recorded`, file, null)),
    ...come.map(
      (version): Change => ({
        level: 'safe',
        rule: 'history.recorded',
        message: `The events of ${version} are recorded.`,
        file: `${HISTORY}/${version}`,
        line: null,
        breaks: [],
        remedy: null,
      }),
    ),
  ]
}

const broken = (what: 'removed' | 'changed', message: string, file: string, line: number | null): Change => ({
  level: 'breaking',
  rule: `history.${what}`,
  message: `${message}: the log still has such events, and nothing would show that they can be read.`,
  file,
  line,
  breaks: ['the test that every consumer reads what was recorded'],
  remedy: 'Put it back. What is new is recorded with the next release: `npm run contracts -- --release <version>`.',
})
