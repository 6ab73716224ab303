import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { freePort } from '#infra/ports.ts'
import { startOwnKafka, startOwnPostgres } from './own-servers.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** A PostgreSQL server for this run alone; each test makes databases of its own. */
    postgresUrl: string
    /** A Kafka broker for this run alone; each test makes topics under a prefix of its own. */
    kafkaBrokers: string
  }
}

const prefix = join(tmpdir(), 'inkstream-test-')

/** Where the jars of Kafka are kept, for all runs. */
export const jarsDir = join(import.meta.dirname, '..', '..', '.inkstream', 'kafka-jars')

/**
 * East of UTC, and not by whole hours; the tests and the roles are west of it, by vitest.config.ts. What is written does
 * not outlive the run, so nothing waits for the disk.
 */
const settings = { timezone: 'Asia/Kathmandu', fsync: 'off', full_page_writes: 'off' }

/**
 * Starts the servers that the tests of one run share, in folders and on ports of their own. Called for each project that
 * needs them; the first one starts them, and hands them to all by the root project.
 */
export default async function setup({ vitest }: TestProject) {
  const root = vitest.getRootProject()
  if (root.getProvidedContext().postgresUrl) return
  const dirs = { postgres: mkdtempSync(prefix), kafka: mkdtempSync(prefix) }
  const started = await Promise.allSettled([
    startOwnPostgres({ dir: dirs.postgres, port: await freePort(), settings }),
    startOwnKafka({
      dir: dirs.kafka,
      jarsDir,
      port: await freePort(),
      controllerPort: await freePort(),
      // Somebody else's broker may make topics on being asked for one: we must not be who asks.
      properties: { 'auto.create.topics.enable': 'true' },
    }),
  ])
  const stop = async () => {
    await Promise.all(started.flatMap((server) => (server.status === 'fulfilled' ? [server.value.stop()] : [])))
    for (const dir of Object.values(dirs)) rmSync(dir, { recursive: true, force: true })
  }
  const [postgres, kafka] = started
  if (postgres.status === 'rejected' || kafka.status === 'rejected') {
    await stop()
    throw new Error(
      started
        .map((server) => (server.status === 'rejected' ? server.reason.message : ''))
        .join('\n')
        .trim(),
    )
  }
  root.provide('postgresUrl', postgres.value.url)
  root.provide('kafkaBrokers', kafka.value.brokers)
  return stop
}
