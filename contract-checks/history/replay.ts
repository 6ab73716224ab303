import { join } from 'node:path'
import type { Side } from '../change.ts'
import { runInSide } from '../facts/run-in-side.ts'

/** One recorded event, projected by one consumer. */
export type Projected = {
  /** As in `comments: projection of posts`. */
  readonly consumer: string
  readonly service: string
  readonly kind: 'projection' | 'reference'
  readonly table: string
  /** Times as ISO 8601 text; null when it could not be projected. */
  readonly row: Readonly<Record<string, unknown>> | null
  readonly problem: string | null
}

/** One recorded event, decoded and projected by a side. */
export type Replayed = {
  readonly version: string
  readonly topic: string
  readonly file: string
  /** From 1. */
  readonly line: number
  readonly shape: string
  /** Why its bytes cannot be decoded; null when they can. */
  readonly undecoded: string | null
  /** How the state differs from the recorded one, a sentence each. */
  readonly differences: readonly string[]
  readonly projected: readonly Projected[]
}

const program = join(import.meta.dirname, 'replay-main.ts')

/** Decodes and projects, by a side's own code, all events that it has recorded. @throws DoesNotRun */
export const replay = (side: Side): Promise<readonly Replayed[]> => runInSide(program, side)
