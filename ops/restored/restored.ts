import { Command } from 'commander'
import { UnreadableLog } from '#cqrs/broker/broker.ts'
import { readBehindLog } from '#cqrs/outbox/behind.ts'
import type { Reader } from '#cqrs/restore/lost-ends.ts'
import { WRITE_SCHEMA } from '#cqrs/roles/write-schema.ts'
import { type ServiceName, serviceNames, tokenIssuer } from '#subgraphs/services.ts'
import { wirings } from '#subgraphs/wirings.ts'
import { createClient } from '#toolkit/database/connect.ts'
import { backgroundBounds } from '#toolkit/database/settings.ts'
import { environment } from '../environment.ts'
import { withBroker } from '../kafka.ts'
import { type OpenModel, withModels } from '../models.ts'
import { databaseUrl, directUrl, listOfServices, parseId, parseService } from '../targets.ts'
import { reportAccounts } from './accounts.ts'
import { createProgress } from './progress.ts'
import { report } from './report.ts'

type Options = { dryRun?: boolean; giveUp?: string[]; leaveOutUnreadable?: boolean }

/** The step after a write database was restored from a backup. */
export const restored = new Command('restored')
  .description(
    'after a restore from backup: roll a write database forward from the log. Commands are refused meanwhile; safe to interrupt, and to run again. See docs/guides/backup.md',
  )
  .argument('<service>', listOfServices, parseService)
  .option('--dry-run', 'say what would be done, and change nothing')
  .option(
    '--leave-out-unreadable',
    'go on behind places of the log that cannot be read; states that stood there are sent again',
  )
  .option('--give-up <id...>', 'rows that give way to the log, as an earlier run named them', parseIds)
  .action(async (service: ServiceName, { dryRun: dry = false, giveUp = [], leaveOutUnreadable = false }: Options) => {
    const side = wirings[service].writeSide(databaseUrl(service, 'write'))
    const session = createClient(directUrl(service), { bounds: backgroundBounds })
    const progress = createProgress()
    // If the connection breaks while the log is read, the next statement reports the error.
    session.on('error', () => undefined)
    try {
      await session.connect()
      // True if the relay noticed the restore, or an earlier run was interrupted, whose rows are not in `written`.
      const wasHeld = (await readBehindLog(session, WRITE_SCHEMA)).length > 0
      if (!dry)
        console.error(
          `Commands of ${service} are refused until this ends; if it is interrupted, until it is run again.`,
        )
      const result = await withModels(serviceNames, (models) =>
        withBroker(async (broker) =>
          side.restore({
            session,
            broker,
            topicPrefix: environment().TOPIC_PREFIX,
            readers: await readersOf(service, models),
            giveUp,
            leaveOutUnreadable,
            dry,
            onProgress: progress.at,
          }),
        ),
      )
      progress.end()
      report(service, result, dry)
      if (service === tokenIssuer.name) await reportAccounts(session, wasHeld || result.written > 0)
      if (result.conflicts.length > 0) process.exitCode = 1
    } catch (error) {
      if (!(error instanceof UnreadableLog)) throw error
      throw new Error(
        `${error.message}. Nothing was changed. --leave-out-unreadable goes on behind it, and sends again what stood there.`,
        { cause: error },
      )
    } finally {
      progress.end()
      await Promise.all([side.close(), session.end()])
    }
  })

function parseIds(given: string, before: readonly string[] = []): readonly string[] {
  return [...before, parseId(given)]
}

/** The models that read topics of the service and whose database answers. */
async function readersOf(service: ServiceName, models: readonly OpenModel[]): Promise<readonly Reader[]> {
  const readers: Reader[] = []
  for (const { name, model, pool } of models) {
    if (!model.projections.some(({ topic }) => topic.owner === service)) continue
    try {
      await pool.query('SELECT 1')
      readers.push({ name, client: pool, schema: model.schema })
    } catch (error) {
      console.error(`${name} cannot be asked how far it has read: ${(error as Error).message}`)
    }
  }
  return readers
}
