import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'

let child: ChildProcess | undefined
afterEach(() => void child?.kill('SIGKILL'))

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

async function run(failing = '') {
  const port = await freePort()
  const running = spawn('node', [join(import.meta.dirname, 'lifecycle.fixture.ts'), String(port), failing], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  child = running
  let said = ''
  const waiting = new Set<() => void>()
  running.stdout?.on('data', (text: Buffer) => {
    said += text
    for (const check of waiting) check()
  })
  return {
    running,
    url: `http://127.0.0.1:${port}`,
    said: () => said.trim().split('\n'),
    until: (line: string) =>
      new Promise<void>((resolve) => {
        const check = () => {
          if (!said.split('\n').includes(line)) return
          waiting.delete(check)
          resolve()
        }
        waiting.add(check)
        check()
      }),
    ended: once(running, 'exit').then(([code]) => code as number | null),
  }
}

const inOrder = ['first started', 'second started', 'up', 'second stopped', 'first stopped']

test.each(['SIGTERM', 'SIGINT'] as const)('%s stops the parts in reverse order, and exits with 0', async (signal) => {
  const { running, said, until, ended } = await run()
  await until('up')
  running.kill(signal)
  expect(await ended).toBe(0)
  expect(said()).toEqual(inOrder)
})

test('a process whose supervisor is gone stops by itself', async () => {
  const { running, said, until, ended } = await run()
  await until('up')
  running.disconnect()
  expect(await ended).toBe(0)
  expect(said()).toEqual(inOrder)
})

test('a process notices that its supervisor ended while it loaded its code', async () => {
  const { running, said, ended } = await run('loads slowly')
  running.disconnect()
  expect(await ended).toBe(0)
  expect(said()).toEqual([''])
})

test('the process title is the role', async () => {
  const { running, until } = await run()
  await until('up')
  expect(execFileSync('ps', ['-o', 'args=', '-p', String(running.pid)], { encoding: 'utf8' }).trim()).toBe('fixture')
})

test('if a part cannot start, the parts before it are stopped and the process exits with 1', async () => {
  const { said, ended } = await run('second')
  expect(await ended).toBe(1)
  expect(said()).toEqual(['first started', 'second stopped', 'first stopped'])
})

test('a stop that hangs is cut short', async () => {
  const { running, until, ended } = await run('stop hangs')
  await until('up')
  const began = performance.now()
  running.kill('SIGTERM')
  expect(await ended).toBe(1)
  expect(performance.now() - began).toBeLessThan(6_000)
})

test('reports liveness, what is not ready and why, and metrics', async () => {
  const { url, until } = await run()
  await until('up')
  expect((await fetch(`${url}/health/live`)).status).toBe(200)
  const ready = await fetch(`${url}/health/ready`)
  expect(ready.status).toBe(503)
  expect(await ready.json()).toEqual({
    status: 'not ready',
    parts: { good: { ready: true, lag: 0 }, bad: { ready: false, reason: 'nobody answers' } },
  })
  const metrics = await fetch(`${url}/metrics`)
  expect(metrics.headers.get('content-type')).toMatch(/^text\/plain/)
  expect(await metrics.text()).toMatch(/process_cpu_seconds_total\{role="fixture"\}/)
})
