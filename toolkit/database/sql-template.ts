import { join, type Sql as Query, raw, sqltag as sql } from '@prisma/client/runtime/client'

/**
 * SQL as values: `sql` creates a fragment of a statement. Fragments can be nested; any other interpolated value becomes
 * a parameter. `raw` inserts text unescaped: use it only for names.
 */
export { join, type Query, raw, sql }

/** A table of one generation of a read model, with its schema: no statement relies on a search_path. */
export const table = (schema: string, name: string): Query => raw(`"${schema}"."${name}"`)
