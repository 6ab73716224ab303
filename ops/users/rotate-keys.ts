import { randomBytes } from 'node:crypto'
import { Command } from 'commander'
import { withUsersDatabase } from './database.ts'

/** For an emergency: a key that signs access tokens has leaked. Old keys are replaced automatically. */
export const rotateKeys = new Command('rotate-keys')
  .description(
    'in an emergency: take away all keys that sign access tokens; users makes a new one, which signs at once. Prints a new key for consistency tokens',
  )
  .action(() =>
    withUsersDatabase(async (client) => {
      const { rowCount } = await client.query(`DELETE FROM "write".signing_keys`)
      console.log(`${rowCount} signing keys are gone. Every users api signs with a new one within 5 seconds.`)
      console.log(
        'Access tokens that are out are refused as soon as a gateway has read the keys again; clients refresh',
      )
      console.log('their sessions as when a token expires. Start the gateways again to have it so at once.')
      console.log('')
      console.log(
        'Consistency tokens are signed by the gateways. If their key has leaked, start all of them again with',
      )
      console.log(`CONSISTENCY_KEYS=${randomBytes(32).toString('hex')}`)
      console.log('To replace it without a leak, add the key that they have now, after a comma, for ten minutes.')
    }),
  )
