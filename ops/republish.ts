import { Command } from 'commander'
import { forgetPositions } from '#cqrs/outbox/positions.ts'
import { WRITE_SCHEMA } from '#cqrs/roles/write-schema.ts'
import type { ServiceName } from '#subgraphs/services.ts'
import { wirings } from '#subgraphs/wirings.ts'
import { createClient } from '#toolkit/database/connect.ts'
import { backgroundBounds } from '#toolkit/database/settings.ts'
import { databaseUrl, directUrl, listOfServices, parseId, parseService } from './targets.ts'
/** Writes outbox rows from the current state. */
export const republishCommand = new Command('republish')
  .description('send the current state of one aggregate, or of all, to Kafka again; consumers drop what they have')
  .argument('<service>', listOfServices, parseService)
  .argument('[key]', 'the id of one aggregate; all when left out', parseId)
  .option('--new-log', 'Kafka or a topic was replaced: forget how far the old one was written, and send all states')
  .action(async (service: ServiceName, key: string | undefined, { newLog = false }: { newLog?: boolean }) => {
    if (newLog && key !== undefined) throw new Error('--new-log sends all states: leave out the key.')
    const { republish, close } = wirings[service].writeSide(databaseUrl(service, 'write'))
    const tty = process.stderr.isTTY
    try {
      if (newLog) await forgetLog(service)
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

/** Deletes the stored positions, so that the relay accepts the current log. */
async function forgetLog(service: ServiceName): Promise<void> {
  const client = createClient(directUrl(service), { bounds: backgroundBounds })
  try {
    await client.connect()
    await forgetPositions(client, WRITE_SCHEMA)
  } finally {
    await client.end()
  }
}
