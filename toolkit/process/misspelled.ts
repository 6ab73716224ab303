import { isSet } from './is-set.ts'

/** Every name with this prefix belongs to this project. */
const PREFIX = 'INKSTREAM_'

/** The names with the prefix that some process reads. The other processes do not report them. */
const PREFIXED = ['INKSTREAM_DIR', 'INKSTREAM_SECRET']

/** Shorter names have too many neighbours: POST is not a misspelled HOST. */
const LONG_ENOUGH = 6

/** Names that other programs read and that are one edit from a known name. */
const FOREIGN = ['LOGLEVEL']

/**
 * Reports variables that seem to be meant for this process but that it does not read, one sentence each.
 * @param known the names that it reads
 */
export function misspelled(env: NodeJS.ProcessEnv, known: readonly string[]): readonly string[] {
  const read = new Set([...known, ...PREFIXED, ...FOREIGN])
  return Object.entries(env).flatMap(([given, value]) => {
    if (!isSet(value) || read.has(given) || isOfKubernetes(value)) return []
    const meant = nearest(given, [...known, ...PREFIXED])
    if (meant) return [`${given} is set, and nothing reads it. Is ${meant} meant?`]
    return given.startsWith(PREFIX) ? [`${given} is set, and nothing reads it. See docs/configuration.md.`] : []
  })
}

/** Whether Kubernetes set the value for the port of a Service, as in `USERS_PORT=tcp://10.0.0.1:80`. */
export const isOfKubernetes = (value: string): boolean => /^(tcp|udp|sctp):\/\//.test(value)

function nearest(given: string, known: readonly string[]): string | undefined {
  const name = given.toUpperCase()
  return (
    known.find((known) => known.length >= LONG_ENOUGH && isOneEditApart(name, known)) ??
    known.find((known) => name === `${PREFIX}${known}`)
  )
}

/** Whether the names differ by at most one insertion, deletion or substitution, or by two swapped neighbours. */
export function isOneEditApart(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false
  let same = 0
  while (same < a.length && a[same] === b[same]) same++
  const [restA, restB] = [a.slice(same), b.slice(same)]
  return (
    restA.slice(1) === restB.slice(1) ||
    restA.slice(1) === restB ||
    restA === restB.slice(1) ||
    (restA[0] === restB[1] && restA[1] === restB[0] && restA.slice(2) === restB.slice(2))
  )
}
