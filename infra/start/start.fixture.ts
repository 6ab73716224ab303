import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, afterEach, expect, vi } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import { childEnvironment } from '../../tests/support/child-environment.ts'
import type { KnownProcess } from '../data-folder/run-folder.ts'
import { startedAt } from '../data-folder/started-at.ts'
import { freePort } from '../ports.ts'
import { standardPorts } from '../topology.ts'

/** Runs `npm start` as a user does: its output, its exit, and what it leaves behind. */
export const root = resolve(import.meta.dirname, '..', '..')

/** The output when everything is up. */
export const isUp = 'Ctrl-C ends everything.'

/** The command of `npm start` with its flags, without which Node prints warnings of its own. */
const npmStart = [
  process.execPath,
  ...packageJson.scripts.start.split(' ').slice(1, -1),
  join(root, 'infra', 'start', 'main.ts'),
]

type Environment = Readonly<Record<string, string | undefined>>

export type Run = {
  readonly child: ChildProcess
  said(): string
  /** Resolves when the output contains this; rejects with the output when it ended first. */
  says(what: string | RegExp): Promise<void>
  /** Ends it. @returns its exit code, and how long it took in milliseconds */
  end(signal: NodeJS.Signals): Promise<{ readonly code: number | null; readonly took: number }>
  readonly ended: Promise<number | null>
}

/** A data folder with its own ports. Its runs end after each test; the folder is removed after the file. */
export async function createSite() {
  const parent = mkdtempSync(join(tmpdir(), 'inkstream-start-'))
  const dir = join(parent, 'data')
  const names = Object.keys(standardPorts)
  const numbers = await Promise.all(names.map(freePort))
  const ports = Object.fromEntries(names.map((name, index) => [name, String(numbers[index])]))
  const runs: Run[] = []
  afterEach(async () => {
    for (const run of runs) await run.end('SIGTERM')
  })
  afterAll(() => rmSync(parent, { recursive: true, force: true }))

  const start = (
    args: readonly string[] = [],
    env: Environment = {},
    command: readonly string[] = npmStart,
    cwd = tmpdir(),
  ): Run => {
    const [program = '', ...first] = command
    const child = spawn(program, [...first, ...args], {
      cwd,
      env: { ...childEnvironment(), INKSTREAM_DIR: dir, LOG_LEVEL: 'warn', ...ports, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const run = follow(child)
    runs.push(run)
    return run
  }

  return {
    /** A folder for additional files of a test. */
    parent,
    dir,
    ports,
    gateway: `http://127.0.0.1:${ports.GATEWAY_PORT}`,
    start,

    /** The output of a start that fails. */
    async failure(args: readonly string[] = [], env: Environment = {}): Promise<string> {
      const run = start(args, env)
      expect(await run.ended).toBe(1)
      expect(run.said()).not.toMatch(/\n\s+at /) // no stack for a problem that a person can fix
      return run.said()
    },
  }
}

function follow(child: ChildProcess): Run {
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  const ended = once(child, 'close').then(([code]) => code as number | null)
  return {
    child,
    ended,
    said: () => output,
    async says(what) {
      const has = () => (typeof what === 'string' ? output.includes(what) : what.test(output))
      await vi.waitFor(
        () => {
          if (!has() && child.exitCode === null) throw new Error(`not said yet: ${what}, but:\n${output}`)
        },
        { timeout: 90_000, interval: 20 },
      )
      if (!has()) throw new Error(`ended without saying ${what}:\n${output}`)
    },
    async end(signal) {
      const began = performance.now()
      if (child.exitCode === null && child.signalCode === null) child.kill(signal)
      return { code: await ended, took: performance.now() - began }
    },
  }
}

/** Shares Kafka's jars, which are fetched once for all tests. */
export function shareJars(dir: string): void {
  mkdirSync(join(root, '.inkstream', 'kafka-jars'), { recursive: true })
  mkdirSync(dir, { recursive: true })
  symlinkSync(join(root, '.inkstream', 'kafka-jars'), join(dir, 'kafka-jars'))
}

/** The processes that a run noted in its data folder. */
export const known = (dir: string): KnownProcess[] =>
  JSON.parse(readFileSync(join(dir, 'processes.json'), 'utf8')) as KnownProcess[]

export function pidOf(dir: string, name: string): number {
  const found = known(dir).find((process) => process.name === name)
  if (!found) throw new Error(`no process ${name}`)
  return found.pid
}

/** The names of those that still run. */
export const remaining = (processes: readonly KnownProcess[]): readonly string[] =>
  processes.filter(({ pid, startedAt: began }) => startedAt(pid) === began).map(({ name }) => name)

/** Expects that no process has the folder in its command line or as its working directory. */
export async function expectNothingOf(folder: string): Promise<void> {
  const list = await new Promise<string>((answer) =>
    execFile('ps', ['-eo', 'pid,args'], { maxBuffer: 8 * 1024 * 1024 }, (_error, stdout) => answer(stdout)),
  )
  expect(list.split('\n').filter((line) => line.includes(folder))).toEqual([])
  expect(standingIn(folder)).toEqual([])
}

/** Processes in the folder, on systems with /proc. */
function standingIn(folder: string): readonly string[] {
  try {
    return readdirSync('/proc').filter((entry) => {
      try {
        return /^\d+$/.test(entry) && readlinkSync(join('/proc', entry, 'cwd')).startsWith(folder)
      } catch {
        return false // the process ended meanwhile
      }
    })
  } catch {
    return []
  }
}
