import { Command } from 'commander'
import { forget } from '#toolkit/database/forget.ts'
import { withUsersDatabase } from './database.ts'

/** Ends sessions that should no longer be valid: a restored backup brings back sessions that were ended since. */
export const endSessions = new Command('end-sessions')
  .description('end all sessions, or those of one user; access tokens that are out are good until they expire')
  .argument('[username]', 'whose; everybody when left out')
  .action((username: string | undefined) =>
    withUsersDatabase(async (client) => {
      const ended = username === undefined ? await endAll(client) : await endOf(client, username.toLowerCase())
      console.log(
        `Sessions ended: ${ended}. Who had one signs in again, within 15 minutes or so (ACCESS_TOKEN_MINUTES).`,
      )
    }),
  )

type Client = Parameters<typeof forget>[0]

async function endAll(client: Client): Promise<number> {
  for (let all = 0; ; ) {
    const ended = await forget(client, '"write".sessions', 'true', '"expiresAt"')
    if (ended === 0) return all
    all += ended
  }
}

async function endOf(client: Client, username: string): Promise<number> {
  const { rows } = await client.query('SELECT id FROM "write".users WHERE username = $1', [username])
  if (!rows[0]) throw new Error(`There is no user with the username ${username}.`)
  return (await client.query('DELETE FROM "write".sessions WHERE "userId" = $1', [rows[0].id])).rowCount ?? 0
}
