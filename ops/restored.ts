import { Command } from 'commander'
import { databaseUrl, parseService, type Service } from './targets.ts'
import { openWriteSide } from './write-sides.ts'

/** The step after a write database was restored from a backup. */
export const restored = new Command('restored')
  .description(
    'after a restore from backup: lift every version above those that consumers have seen, and republish all. What was made after the backup is not in it, but stays in the topics and the read tables',
  )
  .argument('<service>', 'users, posts or comments', parseService)
  .action(async (service: Service) => {
    const { liftVersions, republish, close } = openWriteSide(service, databaseUrl(service, 'write'))
    try {
      console.log(`${await liftVersions()} versions of ${service} lifted.`)
      console.log(`${await republish()} written to the outbox of ${service}.`)
    } finally {
      await close()
    }
  })
