import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { freePort } from '#infra/ports.ts'
import { startPostgres } from '#infra/postgres.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** A PostgreSQL server for this run alone; each test makes databases of its own. */
    postgresUrl: string
  }
}

/** Starts the servers that the tests of one run share, in a folder and on ports of their own. */
export default async function setup(project: TestProject) {
  const dir = mkdtempSync(join(tmpdir(), 'inkstream-test-'))
  chmodSync(dir, 0o755) // PostgreSQL runs as a user of its own when we are root
  const postgres = await startPostgres({ dir: join(dir, 'postgres'), port: await freePort() })
  project.provide('postgresUrl', postgres.url)
  return async () => {
    await postgres.stop()
    rmSync(dir, { recursive: true, force: true })
  }
}
