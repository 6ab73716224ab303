import { appendFileSync } from 'node:fs'
import { inject, test } from 'vitest'

// run-servers.integration.test.ts starts a run of only this file and interrupts it.
test('goes on', async () => {
  const ports = [new URL(inject('postgresUrl')).port, inject('kafkaBrokers').split(':')[1]]
  appendFileSync(process.env.UP_FILE ?? '', JSON.stringify({ ports: ports.map(Number), worker: process.pid }))
  await new Promise((resolve) => setTimeout(resolve, 600_000))
}, 600_000)
