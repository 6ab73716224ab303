import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { jarsDir } from '../../tests/support/servers.ts'
import { freePort } from '../ports.ts'
import { startKafka } from './kafka.ts'

/** A fake `java` that reports a version and formats; as a broker it runs the script `broker` beside it. */
const java = `#!/bin/sh
case "$*" in
  *-version*) echo 'openjdk version "21.0.2" 2024-01-16' >&2 ;;
  *StorageTool*) echo id ;;
  *) exec sh "$(dirname "$0")/broker" ;;
esac
`

let bin: string
/** Ends the brokers that tests left, even after a failure. */
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

/** Starts the script as the broker. */
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

test('the wait for a slow broker lasts while its JVM runs, and is reported', async () => {
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

test('a broker that never listens is ended after the timeout, and the error names its log', async () => {
  const { started, pids, log } = await start(() => sleeping, { sayEveryMs: 60_000, giveUpAfterMs: 1_000 })
  await expect(started).rejects.toThrow(/^Kafka did not listen on port \d+ within 1 s; see .*kafka\.log\.$/)
  await expect(started).rejects.toThrow(log)
  expect(() => process.kill(pids[0] ?? 0, 0)).toThrow('ESRCH')
})

test('the wait ends when the JVM does, and the error shows the end of the log', async () => {
  const { started, log } = await start(() => 'echo "the disk is full"; exit 1', {
    sayEveryMs: 60_000,
    giveUpAfterMs: 600_000,
  })
  await expect(started).rejects.toThrow(/^Kafka ended while it started\. The end of .*:\n {2}the disk is full$/)
  expect(readFileSync(log, 'utf8')).toContain('the disk is full')
})
