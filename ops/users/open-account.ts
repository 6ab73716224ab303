import { randomBytes } from 'node:crypto'
import { Command, InvalidArgumentError } from 'commander'
import { emailKey } from '../../subgraphs/users/write/accounts/email-key.ts'
import { createPasswords } from '../../subgraphs/users/write/accounts/passwords.ts'
import { email as emailRule } from '../../subgraphs/users/write/email.ts'
import { withUsersDatabase } from './database.ts'

/** For a user whose account was lost with the database: accounts are not in any log. */
export const openAccount = new Command('open-account')
  .description('give a user without an account one again, after users was restored from a backup')
  .argument('<username>')
  .argument('<email>', 'that you know to be theirs', (given: string) => {
    const { data, error } = emailRule.safeParse(given)
    if (data === undefined) throw new InvalidArgumentError(`it ${error?.issues[0]?.message}.`)
    return data
  })
  .action((username: string, email: string) =>
    withUsersDatabase(async (client) => {
      const password = randomBytes(12).toString('base64url')
      const { rows } = await client.query<{ id: string; has: boolean }>(
        `SELECT id, EXISTS (SELECT FROM "write".accounts a WHERE a."userId" = u.id) AS has
         FROM "write".users u WHERE username = $1`,
        [username.toLowerCase()],
      )
      const [user] = rows
      if (!user) throw new Error(`There is no user with the username ${username}.`)
      if (user.has) throw new Error(`${username} has an account.`)
      const { rowCount } = await client.query(
        `INSERT INTO "write".accounts ("userId", email, "emailKey", "passwordHash") VALUES ($1, $2, $3, $4)
         ON CONFLICT DO NOTHING`,
        [user.id, email, emailKey(email), await createPasswords().hash(password)],
      )
      if (rowCount === 0) throw new Error(`Another account has this e-mail address.`)
      console.log(`${username} signs in with that address and the password ${password}, and should change it.`)
    }),
  )
