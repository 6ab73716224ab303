import type pg from 'pg'
import { tokenIssuer } from '#subgraphs/services.ts'
import { createClient } from '#toolkit/database/connect.ts'
import { requestBounds } from '#toolkit/database/settings.ts'
import { databaseUrl } from '../targets.ts'

/** Users' write database, opened for an operator's command; closed when `work` is done. */
export async function withUsersDatabase(work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = createClient(databaseUrl(tokenIssuer.name, 'write'), { bounds: requestBounds })
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}
