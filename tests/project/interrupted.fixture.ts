import { appendFileSync } from 'node:fs'
import { inject, test } from 'vitest'

// A run of this file alone is what run-servers.integration.test.ts interrupts.
test('goes on', async () => {
  const ports = [new URL(inject('postgresUrl')).port, inject('kafkaBrokers').split(':')[1]]
  appendFileSync(process.env.UP_FILE ?? '', JSON.stringify({ ports: ports.map(Number), worker: process.pid }))
  await new Promise((resolve) => setTimeout(resolve, 600_000))
}, 600_000)
