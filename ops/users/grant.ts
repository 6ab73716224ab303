import { Argument, Command } from 'commander'
import { withUsersDatabase } from './database.ts'

/** The commands that check a role define what it allows. */
const role = () => new Argument('<role>', 'what they may be').choices(['moderator'])

/** Roles are stored in accounts. They are in no event: services get them from access tokens. */
export const grant = new Command('grant')
  .description('give somebody a role')
  .addArgument(role())
  .argument('<username>')
  .action(async (role: string, username: string) => {
    await changeRoles(username, `ARRAY(SELECT DISTINCT unnest(array_append(a.roles, $2)))`, role)
    console.log(`${username} is a ${role}: their next access token says so. They get one when they sign in, or when`)
    console.log('their session is refreshed, which clients do every 15 minutes or so (ACCESS_TOKEN_MINUTES).')
  })

export const revoke = new Command('revoke')
  .description('take a role from somebody')
  .addArgument(role())
  .argument('<username>')
  .action(async (role: string, username: string) => {
    await changeRoles(username, 'array_remove(a.roles, $2)', role)
    console.log(`${username} is no ${role} now: their next access token says so. The ones they have are good until`)
    console.log('they expire, 15 minutes at most unless ACCESS_TOKEN_MINUTES says otherwise.')
  })

/** @throws when no account has the username */
const changeRoles = (username: string, roles: string, role: string): Promise<void> =>
  withUsersDatabase(async (client) => {
    const { rowCount } = await client.query(
      `UPDATE "write".accounts a SET roles = ${roles} FROM "write".users u WHERE u.id = a."userId" AND u.username = $1`,
      [username.toLowerCase(), role],
    )
    if (rowCount === 0) throw new Error(`There is no account with the username ${username}.`)
  })
