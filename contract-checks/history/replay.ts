import { join } from 'node:path'
import type { Side } from '../change.ts'
import { runInSide } from '../facts/run-in-side.ts'

/** What a consumer makes of one recorded event. */
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

/** What a side makes of one recorded event. */
export type Replayed = {
  readonly version: string
  readonly topic: string
  readonly file: string
  /** From 1. */
  readonly line: number
  readonly shape: string
  /** Why its bytes are no state; null when they are one. */
  readonly undecoded: string | null
  /** What the state says otherwise than was recorded, a sentence each. */
  readonly differences: readonly string[]
  readonly projected: readonly Projected[]
}

const program = join(import.meta.dirname, 'replay-main.ts')

/** Decodes and projects, by a side's own code, all events that it has recorded. @throws DoesNotRun */
export const replay = (side: Side): Promise<readonly Replayed[]> => runInSide(program, side)
