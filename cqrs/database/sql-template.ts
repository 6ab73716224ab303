import { join, type Sql as Query, raw, sqltag as sql } from '@prisma/client/runtime/client'

/**
 * SQL as values: `sql` makes a piece of a statement, pieces stand in pieces, and everything else between the braces is
 * a parameter. `raw` is text as it is, for names alone.
 */
export { join, type Query, raw, sql }

/** A table of one generation of a read model: no statement relies on a search_path. */
export const table = (schema: string, name: string): Query => raw(`"${schema}"."${name}"`)
