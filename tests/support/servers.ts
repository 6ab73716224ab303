import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { freePort } from '#infra/ports.ts'
import { startOwnKafka, startOwnPostgres } from './own-servers.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** A PostgreSQL server for this run only; each test creates its own databases. */
    postgresUrl: string
    /** A Kafka broker for this run only; each test creates topics under its own prefix. */
    kafkaBrokers: string
  }
}

const prefix = join(tmpdir(), 'inkstream-test-')

/** The folder of Kafka's jars, kept for later runs. */
export const jarsDir = join(import.meta.dirname, '..', '..', '.inkstream', 'kafka-jars')

/**
 * The time zone is east of UTC, by a fractional number of hours; vitest.config.ts puts the tests and the roles west of
 * UTC. Data does not outlive the run, so no fsync is needed.
 */
const settings = { timezone: 'Asia/Kathmandu', fsync: 'off', full_page_writes: 'off' }

/**
 * Starts the servers that all tests of a run share, in new folders and on free ports. Vitest calls it for each project
 * that needs them; the first call starts them and provides them to all through the root project.
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
      // Other brokers may create topics on request. Enabled here so that tests notice code that triggers it.
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
