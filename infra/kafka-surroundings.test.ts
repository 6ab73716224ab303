import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { jarsDir } from '../tests/servers.ts'
import { startKafka } from './kafka.ts'
import { freePort } from './ports.ts'

const root = mkdtempSync(join(tmpdir(), 'inkstream-kafka-'))
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(root, { recursive: true, force: true })
})

test('Kafka starts on a Turkish machine without UTF-8, and keeps everything in its folder, whatever its name', async () => {
  vi.stubEnv('JAVA_TOOL_OPTIONS', '-Duser.language=tr -Duser.country=TR')
  vi.stubEnv('LC_ALL', 'C')
  const dir = join(root, 'mürekkep, 1ş')
  const ports = { port: await freePort(), controllerPort: await freePort() }
  const kafka = await startKafka({ dir, jarsDir, ...ports })
  try {
    expect(readdirSync(root)).toEqual(['mürekkep, 1ş'])
    expect(readdirSync(join(dir, 'data'))).toContain('__cluster_metadata-0')
  } finally {
    await kafka.stop()
  }
}, 120_000)
