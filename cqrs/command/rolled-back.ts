import type { Sql } from '../database/client.ts'
import { sqlState, violatedIndex } from '../database/sql-state.ts'
import type { AggregateState } from './aggregate.ts'
import type { Rejection } from './decision.ts'

/** Rolls the transaction back: a rejected command writes nothing, its claim included. */
export class Rejected extends Error {
  readonly rejection: Rejection
  readonly currentVersion: number | undefined
  constructor(rejection: Rejection, currentVersion?: number) {
    super(rejection.rejected)
    this.rejection = rejection
    this.currentVersion = currentVersion
  }
}

/** Somebody saved the aggregate between our load and our save. */
export class LostRace extends Error {
  readonly id: string
  constructor(id: string) {
    super(`somebody else saved ${id}`)
    this.id = id
  }
}

/** Whether the same attempt may succeed when it is made again. */
export const mayPass = (error: unknown) =>
  error instanceof LostRace || ['40001', '40P01'].includes(sqlState(error) ?? '')

/** What the violated unique index means, when the command says so. */
export function taken(meanings: Readonly<Record<string, Rejection>> | undefined, error: unknown): Rejected | undefined {
  const meaning = meanings?.[violatedIndex(error) ?? '']
  return meaning && new Rejected(meaning)
}

/** Keeps an erasure from passing by a state that is kept as an answer. @throws LostRace when it is no longer the state */
export async function holdVersion(sql: Sql, table: string, { id, version }: AggregateState): Promise<void> {
  const [row] = await sql.$queryRawUnsafe<{ version: number }[]>(
    `SELECT version FROM ${table} WHERE id = $1::uuid FOR SHARE`,
    id,
  )
  if ((row?.version ?? 0) !== version) throw new LostRace(id)
}
