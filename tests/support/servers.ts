import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { startKafka } from '#infra/kafka.ts'
import { freePort } from '#infra/ports.ts'
import { startPostgres } from '#infra/postgres.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** A PostgreSQL server for this run alone; each test makes databases of its own. */
    postgresUrl: string
    /** A Kafka broker for this run alone; each test makes topics under a prefix of its own. */
    kafkaBrokers: string
  }
}

/** Where the jars of Kafka are kept, for all runs. */
export const jarsDir = join(import.meta.dirname, '..', '..', '.inkstream', 'kafka-jars')

/**
 * East of UTC, and not by whole hours; the tests and the roles are west of it, by vitest.config.ts. What is written does
 * not outlive the run, so nothing waits for the disk.
 */
const settings = { timezone: 'Asia/Kathmandu', fsync: 'off', full_page_writes: 'off' }

/**
 * Starts the servers that the tests of one run share, in a folder and on ports of their own. Called for each project that
 * needs them; the first one starts them, and hands them to all by the root project.
 */
export default async function setup({ vitest }: TestProject) {
  const root = vitest.getRootProject()
  if (root.getProvidedContext().postgresUrl) return
  const dir = mkdtempSync(join(tmpdir(), 'inkstream-test-'))
  chmodSync(dir, 0o755) // PostgreSQL runs as a user of its own when we are root
  const [postgres, kafka] = await Promise.all([
    startPostgres({ dir: join(dir, 'postgres'), port: await freePort(), settings }),
    startKafka({
      dir: join(dir, 'kafka'),
      jarsDir,
      port: await freePort(),
      controllerPort: await freePort(),
      // Somebody else's broker may make topics on being asked for one: we must not be who asks.
      properties: { 'auto.create.topics.enable': 'true' },
    }),
  ])
  root.provide('postgresUrl', postgres.url)
  root.provide('kafkaBrokers', kafka.brokers)
  return async () => {
    await Promise.all([postgres.stop(), kafka.stop()])
    rmSync(dir, { recursive: true, force: true })
  }
}
