import type pg from 'pg'

/** How many rows one statement forgets. */
const FORGOTTEN_AT_ONCE = 1_000

type Client = Pick<pg.ClientBase, 'query'>

/** Takes sessions away that have expired, with their refresh tokens; a thousand at most. @returns how many */
export const forgetExpiredSessions = (client: Client, schema: string): Promise<number> =>
  forget(client, `"${schema}".sessions`, '"expiresAt" < now()')

/** Takes counts of attempts away that count no more; a thousand at most. @returns how many */
export const forgetExpiredThrottles = (client: Client, schema: string): Promise<number> =>
  forget(client, `"${schema}".throttle`, 'expire < extract(epoch FROM now()) * 1000')

async function forget(client: Client, table: string, over: string): Promise<number> {
  const { rowCount } = await client.query(
    `DELETE FROM ${table} WHERE ctid = ANY(ARRAY(
       SELECT ctid FROM ${table} WHERE ${over} LIMIT ${FORGOTTEN_AT_ONCE} FOR UPDATE SKIP LOCKED))`,
  )
  return rowCount ?? 0
}
