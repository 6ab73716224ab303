import { sqlState } from '../database/sql-state.ts'

/**
 * Whether PostgreSQL refused the data itself, and always will: data exceptions (22), constraints (23), or a value
 * beyond a limit, such as that of an index (54). Everything else may pass.
 * Source: PostgreSQL's manual, appendix A.
 */
export const isPoison = (error: unknown): boolean => ['22', '23', '54'].includes(classOf(error))

/**
 * Whether PostgreSQL says that the deployment is wrong: a table, column, right or database that is not there. It is
 * tried again for ever, since a migration mends it, but it does not pass by itself.
 */
const isDeployFault = (error: unknown): boolean => ['0A', '28', '3D', '3F', '42'].includes(classOf(error))

const classOf = (error: unknown): string => sqlState(error)?.slice(0, 2) ?? ''

/** A fault that stops no record for good, in words for a person. */
export function describeFault(error: unknown): string {
  const { message } = error instanceof Error ? error : new Error(String(error))
  return isDeployFault(error)
    ? `${message} (${sqlState(error)}): the database is not what this release expects. Have its migrations run (\`npm run migrate\`)?`
    : `${message || 'no connection'}. Trying again.`
}
