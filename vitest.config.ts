import { defineConfig } from 'vitest/config'

// West of UTC, and not by whole hours: what takes a time of this zone for one of UTC, or of PostgreSQL's zone, is seen.
// Here, before anything reads a date; workers and the processes that tests start inherit it.
process.env.TZ = 'America/St_Johns'

export default defineConfig({
  // As Node resolves it for everybody else: of two copies of graphql, neither knows the other's types.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['{contracts,cqrs,subgraphs,gateway,infra,ops,tests,bench,gate}/**/*.test.ts'],
    globalSetup: ['tests/servers.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
})
