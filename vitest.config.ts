import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{contracts,cqrs,subgraphs,gateway,infra,ops,tests,bench}/**/*.test.ts'],
    globalSetup: ['tests/servers.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
})
