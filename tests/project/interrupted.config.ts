import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['tests/project/interrupted.fixture.ts'],
    globalSetup: ['tests/support/servers.ts'],
    setupFiles: ['tests/support/end-with-run.ts'],
  },
})
