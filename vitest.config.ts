import { defineConfig } from 'vitest/config'

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
