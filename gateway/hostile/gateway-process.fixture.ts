import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { vi } from 'vitest'
import { freePort } from '#infra/ports.ts'
import { secret } from '../testing/gateway.fixture.ts'
import { startAnsweringSubgraph } from './answering-subgraph.fixture.ts'

/** The gateway in its own process, in front of subgraphs that answer every query. */
export type GatewayProcess = {
  readonly url: string
  post(body: string): Promise<{ readonly status: number; readonly text: string }>
  /** Processor time used so far, in milliseconds; the kernel counts in steps of 10. */
  cpuMs(): number
  isAlive(): boolean
  /** Its log so far. */
  log(): string
  stop(): Promise<void>
}

const services = ['users', 'posts', 'comments']

/** @param options.longest maximum length of a list that a subgraph returns */
export async function startGatewayProcess(options: {
  readonly NODE_ENV: 'production' | 'development'
  readonly longest: number
}): Promise<GatewayProcess> {
  const subgraphs = await Promise.all(services.map((service) => startAnsweringSubgraph(service, options.longest)))
  const port = await freePort()
  const child = spawn(process.execPath, [join(import.meta.dirname, '..', 'main.ts')], {
    cwd: join(import.meta.dirname, '..', '..'),
    env: {
      ...process.env,
      NODE_ENV: options.NODE_ENV,
      PORT: String(port),
      OPS_PORT: String(await freePort()),
      // Nobody sends tokens here.
      JWKS_URL: 'http://127.0.0.1:1/keys',
      // All requests here come from one caller.
      RATE_LIMITS: '*=1000000',
      SUBGRAPH_URLS: subgraphs.map(({ name, url }) => `${name}=${url}`).join(','),
      CONSISTENCY_KEYS: `${secret}-for-consistency-tokens`,
      SUBGRAPH_KEYS: services.map((service) => `${service}=1:${secret}-for-${service}-alone-and-long`).join(','),
    },
    // With the channel it ends when the test run is killed.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const log: string[] = []
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => void log.push(String(chunk)))
  const ended = new Promise((resolve) => child.once('exit', resolve))
  const url = `http://127.0.0.1:${port}`
  await vi.waitFor(async () => {
    if (!(await fetch(`${url}/health/ready`)).ok) throw new Error(`not ready: ${log.join('')}`)
  }, 50_000)
  return {
    url,
    async post(body) {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      })
      return { status: response.status, text: await response.text() }
    },
    cpuMs: () => cpuMs(child.pid),
    isAlive: () => child.exitCode === null && child.signalCode === null,
    log: () => log.join(''),
    async stop() {
      child.kill()
      await ended
      await Promise.all(subgraphs.map((subgraph) => subgraph.close()))
    },
  }
}

/** Fields 14 and 15 of /proc/<pid>/stat: user and system time, in hundredths of a second. */
function cpuMs(pid: number | undefined): number {
  const [, afterName = ''] = /\) (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? []
  const fields = afterName.split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}
