import type { Sql } from '#toolkit/database/client.ts'
import { sqlState, violatedIndex } from '#toolkit/database/sql-state.ts'
import type { AggregateState } from './aggregate.ts'
import type { Rejection } from './decision.ts'

/** Thrown to roll the transaction back: a rejected command writes nothing, not even its idempotency claim. */
export class Rejected extends Error {
  readonly rejection: Rejection
  /** The state that another version was expected of. */
  readonly current: AggregateState | undefined
  constructor(rejection: Rejection, current?: AggregateState) {
    super(rejection.rejected)
    this.rejection = rejection
    this.current = current
  }
}

/** Another transaction saved the aggregate between this one's load and save. */
export class LostRace extends Error {
  readonly id: string
  constructor(id: string) {
    super(`somebody else saved ${id}`)
    this.id = id
  }
}

/** Whether the same attempt may succeed when it is retried. */
export const mayPass = (error: unknown) =>
  error instanceof LostRace || ['40001', '40P01'].includes(sqlState(error) ?? '')

/** The rejection that the command declares for the violated unique index, if any. */
export function taken(meanings: Readonly<Record<string, Rejection>> | undefined, error: unknown): Rejected | undefined {
  const meaning = meanings?.[violatedIndex(error) ?? '']
  return meaning && new Rejected(meaning)
}

/** Locks the row, so that no erasure misses a state stored as an answer. @throws LostRace when the version changed */
export async function holdVersion(sql: Sql, table: string, { id, version }: AggregateState): Promise<void> {
  const [row] = await sql.$queryRawUnsafe<{ version: number }[]>(
    `SELECT version FROM ${table} WHERE id = $1::uuid FOR SHARE`,
    id,
  )
  if ((row?.version ?? 0) !== version) throw new LostRace(id)
}
