import pg from 'pg'
import { databaseUrl } from './targets.ts'

/** Users' write database, opened for an operator's command; closed when `work` is done. */
export async function withUsersDatabase(work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl('users', 'write') })
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}
