import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { patiently } from '../patience.ts'
import { freePort } from '../ports.ts'
import { RoleKeepsEnding, type Supervised, supervise } from './supervisor.ts'

let logsDir: string
let role: Supervised
let spawned: number[]
let ends: string[]
let readyAgain: number

beforeEach(() => {
  logsDir = mkdtempSync(join(tmpdir(), 'inkstream-supervisor-'))
  spawned = []
  ends = []
  readyAgain = 0
})
afterEach(async () => {
  await role.stop()
  rmSync(logsDir, { recursive: true, force: true })
})

async function start(
  behaviour: 'ready' | 'ends' | 'stubborn' | 'lacking' | 'held',
  onKeepsEnding?: (error: RoleKeepsEnding) => void,
): Promise<Supervised> {
  const port = await freePort()
  role = supervise(
    {
      name: 'tests-api',
      role: 'api',
      file: 'infra/supervisor/supervisor.fixture.ts',
      port,
      env: { PORT: String(port), BEHAVIOUR: behaviour, LOGS_DIR: logsDir },
    },
    {
      logsDir,
      ...(onKeepsEnding && { onKeepsEnding }),
      onSpawn: (pid) => spawned.push(pid),
      onEnd: (how) => ends.push(how),
      onReadyAgain: () => {
        readyAgain++
      },
    },
  )
  return role
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
const kill = (pid: number | undefined) => process.kill(pid ?? 0, 'SIGKILL')

test('a role that ends is restarted any number of times, if it was ready in between', async () => {
  await start('ready')
  await role.ready()
  for (let times = 1; times <= 6; times++) {
    kill(role.pid())
    await vi.waitFor(() => expect(readyAgain).toBe(times), 10_000)
  }
  expect(spawned).toHaveLength(7)
  expect(ends).toEqual(Array(6).fill('SIGKILL'))
})

test('a role that ends five times in a row before it was ready fails, with the end of its log', async () => {
  await start('ends')
  await expect(role.ready()).rejects.toThrow(RoleKeepsEnding)
  await expect(role.failed).rejects.toThrow(
    /tests-api ended 5 times in a row before it was ready \(exit code 3\)[\s\S]*the database of this role is not there/,
  )
  expect(spawned).toHaveLength(5)
  expect(readFileSync(join(logsDir, 'tests-api.log'), 'utf8').match(/not there/g)).toHaveLength(5)
})

test('with `onKeepsEnding`, a role that keeps ending waits to be restarted', async () => {
  const told: Error[] = []
  await start('ends', (error) => told.push(error))
  await vi.waitFor(() => expect(told).toHaveLength(1), 10_000)
  expect(spawned).toHaveLength(5)
  role.restart()
  await vi.waitFor(() => expect(told).toHaveLength(2), 10_000)
  expect(spawned.length).toBeGreaterThan(5)
})

test('the wait for a role that is not ready reports what it lacks, and ends after the timeout', async () => {
  await start('lacking')
  const said: string[] = []
  const waiting = patiently(role.ready(), {
    lacks: () => `tests-api (${role.lacks()})`,
    say: (step) => said.push(step),
    patience: { sayEveryMs: 1_000, giveUpAfterMs: 5_000 },
  })
  await expect(waiting).rejects.toThrow('Gave up after 5 s of waiting for tests-api (database: it does not answer)')
  expect(said.at(-1)).toBe('still waiting after 4 s for tests-api (database: it does not answer)')
})

test('a role held for an operator is up, names the command, and is ready after it, even if it ended', async () => {
  await start('held')
  expect(await role.readyOrHeld()).toBe('relay: run a command')
  // More often than a role that never came up may end.
  for (let times = 1; times <= 6; times++) {
    await vi.waitFor(() => expect(role.lacks()).toBe('relay: run a command'), 10_000)
    kill(role.pid())
    await vi.waitFor(() => expect(spawned).toHaveLength(times + 1), 10_000)
  }
  expect(readyAgain).toBe(0)
  writeFileSync(join(logsDir, 'held'), '')
  await role.ready()
  expect(readyAgain).toBe(1)
  expect(await role.readyOrHeld()).toBe('relay: run a command')
}, 30_000)

test('its log is closed to other users, even if it was open', async () => {
  writeFileSync(join(logsDir, 'tests-api.log'), 'older\n', { mode: 0o644 })
  await start('ready')
  await role.ready()
  expect(statSync(join(logsDir, 'tests-api.log')).mode & 0o777).toBe(0o600)
})

test('a restart replaces the process', async () => {
  await start('ready')
  await role.ready()
  const [first = 0] = spawned
  role.restart()
  await vi.waitFor(() => expect(spawned).toHaveLength(2), 10_000)
  expect(isAlive(first)).toBe(false)
  expect(ends).toEqual([])
})

test('a role that ignores signals is killed within five seconds; stop can be called twice', async () => {
  await start('stubborn')
  await role.ready()
  const began = performance.now()
  await Promise.all([role.stop(), role.stop()])
  await role.stop()
  expect(performance.now() - began).toBeLessThan(5_000)
  expect(spawned.map(isAlive)).toEqual([false])
})
