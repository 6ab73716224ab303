import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

// West of UTC, and not by whole hours: what takes a time of this zone for one of UTC, or of PostgreSQL's zone, is seen.
// Here, before anything reads a date; workers and the processes that tests start inherit it.
process.env.TZ = 'America/St_Johns'

// Workers, and the processes that tests start, load their code in half the time.
process.env.NODE_COMPILE_CACHE = join(import.meta.dirname, 'node_modules', '.cache', 'compile')

const folders = '{client,toolkit,contracts,cqrs,subgraphs,gateway,infra,ops,tests,bench,contract-checks}'

export default defineConfig({
  // As Node resolves it for everybody else: of two copies of graphql, neither knows the other's types.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    // A worker loads each module once for all its files, which is half of what they cost.
    isolate: false,
    projects: [
      {
        // Pure: no process, no port, no connection, so neither Java nor PostgreSQL.
        extends: true,
        test: {
          name: 'unit',
          include: [`${folders}/**/*.test.ts`],
          exclude: ['**/*.{integration,e2e}.test.ts'],
          setupFiles: ['tests/support/unit-guard.ts'],
          pool: 'threads',
        },
      },
      {
        // Some parts, with real servers or processes.
        extends: true,
        test: {
          name: 'integration',
          include: [`${folders}/**/*.integration.test.ts`],
          globalSetup: ['tests/support/servers.ts'],
          setupFiles: ['tests/support/end-with-run.ts'],
        },
      },
      {
        // The whole system, as processes.
        extends: true,
        test: {
          name: 'e2e',
          include: [`${folders}/**/*.e2e.test.ts`],
          globalSetup: ['tests/support/servers.ts'],
          setupFiles: ['tests/support/end-with-run.ts'],
        },
      },
    ],
  },
})
