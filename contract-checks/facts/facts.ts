import { join } from 'node:path'
import { CannotJudge, type Side } from '../change.ts'
import { oncePerSide } from './once-per-side.ts'
import { runInSide } from './run-in-side.ts'

export type TopicFact = {
  /** Its key in the list of topics, as in `posts`. */
  readonly key: string
  /** As in `blog.posts.v1`. */
  readonly name: string
  readonly owner: string
  readonly partitions: number
  readonly config: Readonly<Record<string, string>>
  /** The full name of its message, as in `inkstream.v1.Post`. */
  readonly message: string
}

export type ProjectionFact = {
  readonly file: string
  readonly service: string
  readonly kind: 'projection' | 'reference'
  /** As reports name it: `comments: projection of posts`. */
  readonly label: string
  /** The name of its topic. */
  readonly topic: string
  readonly table: string
  /** The fields of the message that it reads, by number. */
  readonly reads: readonly number[]
  /** The columns that it writes. */
  readonly columns: readonly string[]
  /** The counters that it keeps in other tables. */
  readonly counts: readonly { readonly table: string; readonly column: string }[]
}

/** The topics and projections that a side's own code defines. */
export type Facts = {
  readonly topics: readonly TopicFact[]
  readonly projections: readonly ProjectionFact[]
  /** Files of projections that do not run. */
  readonly broken: readonly { readonly file: string; readonly error: string }[]
}

const program = join(import.meta.dirname, 'facts-main.ts')

/** Runs a side's code to find its topics and projections. @throws DoesNotRun when its list of topics does not run */
export const factsOf = oncePerSide((side: Side) => runInSide<Facts>(program, side))

/** The facts of the side before. @throws CannotJudge when a projection does not run there: a fault, not a change */
export async function factsBefore(before: Side): Promise<Facts> {
  const facts = await factsOf(before)
  const [broken] = facts.broken
  if (broken) throw new CannotJudge(`${broken.file} of ${before.label} does not run: ${broken.error}`)
  return facts
}

/** The labels of the consumers of a message's topics; with `field`, only of those that read that field. */
export const consumersOf = (facts: Facts, message: string, field?: number): readonly string[] => {
  const names = new Set(facts.topics.filter((topic) => topic.message === message).map(({ name }) => name))
  return facts.projections
    .filter(({ topic, reads }) => names.has(topic) && (field === undefined || reads.includes(field)))
    .map(({ label }) => label)
}
