import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { jarsDir } from '../tests/support/servers.ts'
import { startKafka } from './kafka.ts'
import { freePort } from './ports.ts'

/** A `java` that runs, formats, and as a broker does what the test says, by the file `broker` beside it. */
const java = `#!/bin/sh
case "$*" in
  *-version*) echo 'openjdk version "21.0.2" 2024-01-16' >&2 ;;
  *StorageTool*) echo id ;;
  *) exec sh "$(dirname "$0")/broker" ;;
esac
`

let bin: string
/** Ends the brokers that tests left, also where one failed. */
const stops: (() => Promise<void>)[] = []
const path = process.env.PATH

beforeAll(() => {
  bin = mkdtempSync(join(tmpdir(), 'inkstream-java-'))
  writeFileSync(join(bin, 'java'), java, { mode: 0o755 })
  process.env.PATH = [bin, path].join(delimiter)
})
afterAll(async () => {
  await Promise.all(stops.map((stop) => stop()))
  process.env.PATH = path
  rmSync(bin, { recursive: true, force: true })
})

/** Starts the broker that the script is. */
async function start(script: (port: number) => string, patience: { sayEveryMs: number; giveUpAfterMs: number }) {
  const dir = join(bin, 'kafka')
  mkdirSync(dir, { recursive: true })
  const port = await freePort()
  writeFileSync(join(bin, 'broker'), script(port))
  const said: string[] = []
  const pids: number[] = []
  const started = startKafka({
    dir,
    jarsDir,
    port,
    controllerPort: await freePort(),
    patience,
    onProgress: (step) => said.push(step),
    onSpawn(_name, pid, stop) {
      if (!stop) return
      pids.push(pid)
      stops.push(stop)
    },
  })
  return { started, said, pids, log: join(dir, 'kafka.log') }
}

const sleeping = 'exec sleep 600'
const listening = (port: number) =>
  `exec "${process.execPath}" -e "setTimeout(() => require('net').createServer().listen(${port}, '127.0.0.1'), 700)"`

test('a broker that takes its time is waited for while its JVM lives, and it is said', async () => {
  const { started, said, log } = await start(listening, { sayEveryMs: 200, giveUpAfterMs: 60_000 })
  await started
  expect(said).toEqual(
    expect.arrayContaining([
      'starting Apache Kafka',
      expect.stringMatching(/^still waiting for Apache Kafka after \d+ s/),
    ]),
  )
  expect(said.at(-1)).toContain(log)
})

test('one that never listens is given up, ended, and its log is named', async () => {
  const { started, pids, log } = await start(() => sleeping, { sayEveryMs: 60_000, giveUpAfterMs: 1_000 })
  await expect(started).rejects.toThrow(/^Kafka did not listen on port \d+ within 1 s; see .*kafka\.log\.$/)
  await expect(started).rejects.toThrow(log)
  expect(() => process.kill(pids[0] ?? 0, 0)).toThrow('ESRCH')
})

test('one whose JVM ends is not waited for, and the end of its log is shown', async () => {
  const { started, log } = await start(() => 'echo "the disk is full"; exit 1', {
    sayEveryMs: 60_000,
    giveUpAfterMs: 600_000,
  })
  await expect(started).rejects.toThrow(/^Kafka ended while it started\. The end of .*:\n {2}the disk is full$/)
  expect(readFileSync(log, 'utf8')).toContain('the disk is full')
})
