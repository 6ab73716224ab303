import { sqlState } from '#toolkit/database/sql-state.ts'

/**
 * Whether PostgreSQL refuses the data itself, permanently: data exceptions (22), constraints (23), or a value beyond a
 * limit, such as that of an index (54). Everything else is transient.
 * Source: PostgreSQL's manual, appendix A.
 */
export const isPoison = (error: unknown): boolean => ['22', '23', '54'].includes(classOf(error))

/**
 * Whether PostgreSQL reports a faulty deployment: a missing table, column, privilege or database. It does not pass by
 * itself, but is retried without limit, since a migration fixes it.
 */
const isDeployFault = (error: unknown): boolean => ['0A', '28', '3D', '3F', '42'].includes(classOf(error))

const classOf = (error: unknown): string => sqlState(error)?.slice(0, 2) ?? ''

/** Describes, for a person, a fault that does not reject a record permanently. */
export function describeFault(error: unknown): string {
  const { message } = error instanceof Error ? error : new Error(String(error))
  return isDeployFault(error)
    ? `${message} (${sqlState(error)}): the database is not what this release expects. Have its migrations run (\`npm run migrate\`)?`
    : `${message || 'no connection'}. Trying again.`
}
