import { Command } from 'commander'
import { databaseUrl, parseId, parseService, type Service } from './targets.ts'
import { openWriteSide } from './write-sides.ts'

/** Writes outbox rows from the current state. */
export const republishCommand = new Command('republish')
  .description('send the current state of one aggregate, or of all, to Kafka again; consumers drop what they have')
  .argument('<service>', 'users, posts or comments', parseService)
  .argument('[key]', 'the id of one aggregate; all when left out', parseId)
  .action(async (service: Service, key: string | undefined) => {
    const { republish, close } = openWriteSide(service, databaseUrl(service, 'write'))
    const tty = process.stderr.isTTY
    try {
      const written = await republish(key === undefined ? undefined : [key], (count) => {
        if (tty) process.stderr.write(`\r${count} written`)
      })
      if (tty) process.stderr.write('\r')
      if (key !== undefined && written === 0) throw new Error(`${service} has no aggregate ${key}.`)
      console.log(`${written} written to the outbox of ${service}.`)
    } finally {
      await close()
    }
  })
