import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { freePort } from './ports.ts'
import type { KnownProcess } from './run-folder.ts'
import { standardPorts } from './topology.ts'

/** `npm start` as a person meets it: what it says, how it ends, and what it leaves. */
const root = resolve(import.meta.dirname, '..')

let dir: string
let ports: Record<string, string>
let runs: Run[]

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'inkstream-start-'))
  chmodSync(dir, 0o755) // PostgreSQL runs as a user of its own when we are root
  const numbers = await Promise.all(Object.keys(standardPorts).map(freePort))
  ports = Object.fromEntries(Object.keys(standardPorts).map((name, index) => [name, String(numbers[index])]))
  runs = []
})
afterEach(async () => {
  for (const run of runs) await run.end('SIGTERM')
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

type Run = {
  readonly child: ChildProcess
  said(): string
  /** Resolves when it has said this; rejects with what it said when it ended without. */
  says(what: string | RegExp): Promise<void>
  /** Ends it. @returns its exit code, and how long it took in milliseconds */
  end(signal: NodeJS.Signals): Promise<{ readonly code: number | null; readonly took: number }>
  readonly ended: Promise<number | null>
}

function start(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Run {
  const child = spawn(process.execPath, [join(root, 'infra', 'start.ts'), ...args], {
    cwd: tmpdir(),
    env: { PATH: process.env.PATH ?? '', TZ: process.env.TZ, INKSTREAM_DIR: dir, LOG_LEVEL: 'warn', ...ports, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  const ended = once(child, 'close').then(([code]) => code as number | null)
  const run: Run = {
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
  runs.push(run)
  return run
}

/** What it says when it cannot start. */
async function failure(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Promise<string> {
  const run = start(args, env)
  expect(await run.ended).toBe(1)
  expect(run.said()).not.toMatch(/\n\s+at /) // no stack for what a person can put right
  return run.said()
}

const known = (): KnownProcess[] => JSON.parse(readFileSync(join(dir, 'processes.json'), 'utf8')) as KnownProcess[]
const pidOf = (name: string): number => {
  const found = known().find((process) => process.name === name)
  if (!found) throw new Error(`no process ${name}`)
  return found.pid
}
const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
const remaining = (processes: readonly KnownProcess[]) =>
  processes.filter(({ pid }) => isAlive(pid)).map(({ name }) => name)

test('--help tells what there is', async () => {
  const run = start(['--help'])
  expect(await run.ended).toBe(0)
  expect(run.said()).toMatch(/--reset[\s\S]*--watch[\s\S]*KAFKA_BROKERS/)
})

describe('says what is wrong, and how to mend it, when', () => {
  test('an option is unknown', async () => {
    expect(await failure(['--resett'])).toMatch(/Unknown option '--resett'[\s\S]*npm start \[-- --reset\]/)
  })

  test('a port is no port', async () => {
    expect(await failure([], { POSTS_PORT: '99999' })).toContain(
      'POSTS_PORT is "99999": it must be a TCP port, 1 to 65535.',
    )
  })

  test('two ports are the same', async () => {
    expect(await failure([], { POSTS_PORT: ports.USERS_PORT ?? '' })).toMatch(/each needs its own/)
  })

  test('a port is busy', async () => {
    const other = createServer().listen(Number(ports.COMMENTS_RELAY_PORT), '127.0.0.1')
    await once(other, 'listening')
    try {
      expect(await failure()).toContain(
        `Port ${ports.COMMENTS_RELAY_PORT} is in use by another program. End that program, or choose another port: COMMENTS_RELAY_PORT=… npm start`,
      )
    } finally {
      other.close()
    }
  })

  test('the data folder cannot be made', async () => {
    writeFileSync(join(dir, 'a-file'), '')
    expect(await failure([], { INKSTREAM_DIR: join(dir, 'a-file', 'data') })).toMatch(
      /The data folder .* cannot be made: .*INKSTREAM_DIR=… npm start/,
    )
  })

  describe('Kafka cannot run here:', () => {
    /** A PATH with these programs alone; a text is a script. */
    function path(programs: Readonly<Record<string, string | undefined>>): Record<string, string> {
      const bin = mkdtempSync(join(dir, 'bin-'))
      for (const [name, script] of Object.entries(programs))
        if (script === undefined) symlinkSync(which(name), join(bin, name))
        else writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
      return { PATH: bin, INKSTREAM_DIR: dir }
    }
    const which = (name: string) =>
      (process.env.PATH ?? '')
        .split(':')
        .map((folder) => join(folder, name))
        .find((file) => existsSync(file)) ?? name

    // PostgreSQL's package asks the system for its user.
    const system = { sh: undefined, ps: undefined, id: undefined, useradd: undefined, groupadd: undefined }

    test('there is no Java', async () => {
      const said = await failure([], path(system))
      expect(said).toMatch(/Java was not found.*install Java 17 or later, or set KAFKA_BROKERS.*docker compose/)
    })

    test('it is an old Java', async () => {
      const java = `echo 'openjdk version "11.0.2" 2019-01-15' >&2`
      expect(await failure([], path({ ...system, java }))).toMatch(/needs Java 17 or later; `java` is .*"11\.0\.2"/)
    })

    test('there is no Maven', async () => {
      const java = `echo 'openjdk version "17.0.9" 2023-10-17' >&2`
      expect(await failure([], path({ ...system, java }))).toMatch(/Maven was not found.*install Maven/)
    })

    test('Maven fetches nothing', async () => {
      const java = `echo 'openjdk version "17.0.9" 2023-10-17' >&2`
      const mvn = `echo '[ERROR] Could not transfer artifact'; exit 1`
      expect(await failure([], path({ ...system, java, mvn }))).toMatch(
        /Maven could not fetch Apache Kafka's jars:\n {2}\[ERROR\] Could not transfer artifact\nMend that, or set KAFKA_BROKERS/,
      )
    })
  })
})

test('comes up, survives what it can, ends when it must, and leaves nothing', { timeout: 300_000 }, async () => {
  const jars = join(dir, 'kafka-jars')
  mkdirSync(join(root, '.inkstream', 'kafka-jars'), { recursive: true })
  rmSync(jars, { recursive: true, force: true })
  symlinkSync(join(root, '.inkstream', 'kafka-jars'), jars)
  const gateway = `http://127.0.0.1:${ports.GATEWAY_PORT}`
  const titles = async (): Promise<string[]> => {
    const response = await fetch(`${gateway}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ posts(first: 100) { nodes { title author { fullName } } } }' }),
    })
    const { data } = (await response.json()) as { data: { posts: { nodes: { title: string }[] } } }
    return data.posts.nodes.map(({ title }) => title)
  }
  const isUp = 'Ctrl-C ends everything.'

  // The first time, on an empty store.
  const first = start()
  await first.says(isUp)
  expect((await fetch(`${gateway}/health/ready`)).status).toBe(200)
  expect(first.said()).toMatch(/sample content: \d+ authors, \d+ posts, \d+ comments/)
  const sample = await vi.waitFor(async () => {
    const found = await titles()
    expect(found.length).toBeGreaterThan(15)
    return found
  }, 10_000)

  // A second one on the same folder.
  expect(await failure()).toContain(`Inkstream runs already on ${dir}, as process ${first.child.pid}.`)

  // A role that is killed comes back.
  const api = pidOf('posts-api')
  process.kill(api, 'SIGKILL')
  await first.says('posts-api ended (SIGKILL), starting it again')
  await first.says('posts-api is ready again')
  expect(await titles()).toEqual(sample)
  expect(pidOf('posts-api')).not.toBe(api)

  // The supervisor is killed with no chance to end anything: the next one does, and finds all data.
  const left = known()
  await first.end('SIGKILL')
  const second = start()
  await second.says(isUp)
  expect(remaining(left)).toEqual([])
  expect(second.said()).not.toContain('sample content')
  expect(await titles()).toEqual(sample)

  // Kafka ends: so does the whole, and says where to look.
  const withKafka = known()
  process.kill(pidOf('kafka'), 'SIGKILL')
  expect(await second.ended).toBe(1)
  expect(second.said()).toMatch(/Apache Kafka ended; see .*kafka\.log\. Start again: npm start/)
  expect(remaining(withKafka)).toEqual([])

  // PostgreSQL ends: the same.
  const withPostgres = start()
  await withPostgres.says(isUp)
  const around = known()
  process.kill(pidOf('postgres'), 'SIGKILL')
  expect(await withPostgres.ended).toBe(1)
  expect(withPostgres.said()).toContain('PostgreSQL ended.')
  expect(remaining(around)).toEqual([])

  // Folders whose initialisation did not end, then Ctrl-C.
  for (const half of [join(dir, 'postgres'), join(dir, 'kafka', 'data')]) {
    rmSync(half, { recursive: true, force: true })
    mkdirSync(half, { recursive: true })
    writeFileSync(join(half, 'PG_VERSION'), '')
  }
  rmSync(join(dir, 'kafka', '.formatted'))
  const third = start([], { NODE_ENV: 'production' })
  await third.says(isUp)
  expect(third.said()).not.toContain('ample')
  expect(await titles()).toEqual([])
  const all = known()
  expect(all.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['supervisor', 'postgres', 'kafka', 'gateway', 'users-api', 'comments-projector']),
  )
  const { code, took } = await third.end('SIGINT')
  expect(code).toBe(0)
  expect(took).toBeLessThan(5_000)
  expect(remaining(all)).toEqual([])

  // Ctrl-C while it comes up.
  const fourth = start(['--reset'])
  await fourth.says('forgot all data')
  await fourth.says(/Kafka on port|PostgreSQL on port/)
  const early = known()
  const cut = await fourth.end('SIGINT')
  expect(cut.code).toBe(0)
  expect(cut.took).toBeLessThan(5_000)
  expect(remaining(early)).toEqual([])
  await expectNothingOf(dir)
})

/** No process has the folder in its command line. */
async function expectNothingOf(folder: string): Promise<void> {
  const list = await new Promise<string>((resolve) =>
    execFile('ps', ['-eo', 'pid,args'], { maxBuffer: 8 * 1024 * 1024 }, (_error, stdout) => resolve(stdout)),
  )
  expect(list.split('\n').filter((line) => line.includes(folder))).toEqual([])
}
