import pg from 'pg'

/** A pool, or one of its connections. */
export type Queries = Pick<pg.ClientBase, 'query'>

export const quote = pg.escapeIdentifier

/** A table's full name: pooled connections have no dependable search_path. */
export const qualified = (schema: string, table: string): string => `${quote(schema)}.${quote(table)}`

/** Text that PostgreSQL can store: it accepts no NUL, and no lone surrogate in jsonb. */
export const storable = (text: string): string => text.toWellFormed().replaceAll('\0', '\ufffd')

/** Runs `work` in a transaction, and rolls back if it throws. Discards a connection that cannot roll back. */
export async function transaction<Result>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect()
  let broken: Error | undefined
  // Without a listener, a connection that breaks between two statements would end the process.
  const onError = (error: Error) => {
    broken = error
  }
  client.on('error', onError)
  try {
    await client.query('BEGIN')
    const result = await work(client)
    await client.query('COMMIT')
    return result
  } catch (error) {
    await client.query('ROLLBACK').catch(onError)
    throw error
  } finally {
    client.off('error', onError)
    client.release(broken)
  }
}
