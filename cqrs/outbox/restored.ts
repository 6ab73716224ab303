import type { Sql } from '../command/database.ts'

/** By how much a restore lifts every version: more than a backup can be behind. */
const LIFT = 1_000_000

/**
 * After a write database was restored from a backup, its commands would give out versions that consumers have seen,
 * and consumers would drop them. Lifts every version above all of those; republish everything afterwards.
 * @returns how many aggregates were lifted
 */
export const liftVersions = async (sql: Sql, schema: string, table: string): Promise<number> =>
  sql.$executeRawUnsafe(`UPDATE "${schema}"."${table}" SET version = version + ${LIFT}`)
