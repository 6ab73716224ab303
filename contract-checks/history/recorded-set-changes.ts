import type { Change, Side } from '../change.ts'
import { filesOf, firstDifference, textOf } from '../facts/side-files.ts'
import { HISTORY } from './recorded-file.ts'

const versionOf = (file: string) => file.slice(HISTORY.length + 1).split('/')[0] ?? ''

/** Changes of the recorded sets. A recorded set must never change; a new one is safe. */
export function recordedSetChanges(before: Side, after: Side): readonly Change[] {
  const was = filesOf(before, `${HISTORY}/**`)
  const is = filesOf(after, `${HISTORY}/**`)
  const old = new Set(was.map(versionOf))
  const present = new Set(is.map(versionOf))
  const lost = [...old].filter((version) => !present.has(version))
  const added = [...present].filter((version) => !old.has(version))
  return [
    ...lost.map((version) => broken('removed', `${HISTORY}/${version} was removed`, `${HISTORY}/${version}`, null)),
    ...was
      .filter((file) => present.has(versionOf(file)))
      .flatMap((file) => {
        const text = textOf(after, file)
        const recorded = textOf(before, file) ?? ''
        if (text === recorded) return []
        return text === undefined
          ? [broken('removed', `${file} was removed`, file, null)]
          : [broken('changed', `${file} was edited`, file, firstDifference(text, recorded))]
      }),
    ...is
      .filter((file) => old.has(versionOf(file)) && !was.includes(file))
      .map((file) => broken('changed', `${file} was added to a release that is recorded`, file, null)),
    ...added.map(
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
  message: `${message}: the log still has such events, and nothing would prove that they can be read.`,
  file,
  line,
  breaks: ['the test that every consumer reads recorded events'],
  remedy: 'Restore it. Record new events with the next release: `npm run contracts -- --release <version>`.',
})
