import type { Change } from '../change.ts'
import type { Replayed } from './replay.ts'

/** What can be wrong with a recorded event, worst first. */
const kinds = {
  'does-not-decode': 'cannot be decoded',
  'means-otherwise': 'mean something else',
  'does-not-project': 'cannot be projected',
} as const
type Kind = keyof typeof kinds

type Fault = {
  readonly record: Replayed
  readonly kind: Kind
  readonly problem: string
  readonly breaks: readonly string[]
}

/** What is wrong with recorded events: one change for each file, of the worst kind, at the first record that shows it. */
export function replayChanges(
  replayed: readonly Replayed[],
  consumers: (topic: string) => readonly string[],
): readonly Change[] {
  const files = Map.groupBy(
    replayed.flatMap((record) => faultsOf(record, consumers(record.topic))),
    ({ record }) => record.file,
  )
  return [...files.values()].flatMap((faults) => {
    const worst = (Object.keys(kinds) as Kind[]).find((kind) => faults.some((fault) => fault.kind === kind))
    const group = faults.filter(({ kind }) => kind === worst)
    return group[0] ? [changeOf(group[0], group)] : []
  })
}

const faultsOf = (record: Replayed, all: readonly string[]): readonly Fault[] => [
  ...(record.undecoded === null
    ? []
    : [{ record, kind: 'does-not-decode' as const, problem: record.undecoded, breaks: all }]),
  ...record.differences.map((problem) => ({ record, kind: 'means-otherwise' as const, problem, breaks: all })),
  ...record.projected.flatMap(({ consumer, problem }) =>
    problem === null ? [] : [{ record, kind: 'does-not-project' as const, problem, breaks: [consumer] }],
  ),
]

function changeOf({ record, kind, problem }: Fault, group: readonly Fault[]): Change {
  const records = new Set(group.map((fault) => fault.record)).size
  return {
    level: 'breaking',
    rule: `history.${kind}`,
    message: `${records} of the events that ${record.version} put on ${record.topic} ${kinds[kind]}; the first is the ${record.shape} one: ${problem}`,
    file: record.file,
    line: record.line,
    breaks: [...new Set(group.flatMap((fault) => fault.breaks))],
    remedy:
      'The log has such events permanently. Change the messages or the projection so that they can be read, never the recorded set.',
  }
}
