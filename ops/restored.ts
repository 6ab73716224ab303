import { Command } from 'commander'
import { createClient } from '#cqrs/database/connect.ts'
import { backgroundBounds } from '#cqrs/database/settings.ts'
import type { Reader } from '#cqrs/restore/lost-ends.ts'
import { topicPrefix, withBroker } from './kafka.ts'
import { type OpenModel, withModels } from './models.ts'
import { createProgress } from './progress.ts'
import { reportAccounts } from './restored-accounts.ts'
import { report } from './restored-report.ts'
import { databaseUrl, directUrl, parseId, parseService, type Service, services } from './targets.ts'
import { openWriteSide } from './write-sides.ts'

/** The step after a write database was restored from a backup. */
export const restored = new Command('restored')
  .description(
    'after a restore from backup: roll a write database forward from the log. Commands are refused meanwhile; safe to interrupt, and to run again. See docs/guides/backup.md',
  )
  .argument('<service>', 'users, posts or comments', parseService)
  .option('--dry-run', 'say what would be done, and change nothing')
  .option('--give-up <id...>', 'rows that give way to the log, as an earlier run named them', parseIds)
  .action(async (service: Service, { dryRun: dry = false, giveUp = [] }: { dryRun?: boolean; giveUp?: string[] }) => {
    const side = openWriteSide(service, databaseUrl(service, 'write'))
    const session = createClient(directUrl(service), { bounds: backgroundBounds })
    const progress = createProgress()
    // One that breaks while the log is read is the next statement's error.
    session.on('error', () => undefined)
    try {
      await session.connect()
      if (!dry)
        console.error(
          `Commands of ${service} are refused until this ends; if it is interrupted, until it is run again.`,
        )
      const result = await withModels(services, (models) =>
        withBroker(async (broker) =>
          side.restore({
            session,
            broker,
            topicPrefix: topicPrefix(),
            readers: await readersOf(service, models),
            giveUp,
            dry,
            onProgress: progress.at,
          }),
        ),
      )
      progress.end()
      report(service, result, dry)
      if (service === 'users') await reportAccounts(session, result.written > 0)
      if (result.conflicts.length > 0) process.exitCode = 1
    } finally {
      progress.end()
      await Promise.all([side.close(), session.end()])
    }
  })

function parseIds(given: string, before: readonly string[] = []): readonly string[] {
  return [...before, parseId(given)]
}

/** Who reads topics of the service and can be asked how far. */
async function readersOf(service: Service, models: readonly OpenModel[]): Promise<readonly Reader[]> {
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
