import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type KnownProcess, openRunFolder } from './run-folder.ts'
import { fromPs, startedAt } from './started-at.ts'

const NOBODY = 65_534

let dir: string
let child: ChildProcess
let pid: number
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'inkstream-folder-'))
  child = spawn('sleep', ['600'], { detached: true })
  await once(child, 'spawn')
  pid = child.pid ?? 0
})
afterEach(() => {
  vi.unstubAllEnvs()
  child.kill('SIGKILL')
  rmSync(dir, { recursive: true, force: true })
})

const noted = () => JSON.parse(readFileSync(join(dir, 'processes.json'), 'utf8')) as KnownProcess[]

test.each([
  ['/proc', startedAt],
  ['ps', fromPs],
])('a process is recognised by %s under another time zone and locale, and under no other pid', (_what, began) => {
  const before = began(pid)
  expect(before).toMatch(/\d/)
  vi.stubEnv('TZ', 'Pacific/Chatham')
  vi.stubEnv('LC_ALL', 'tr_TR.UTF-8')
  expect(began(pid)).toBe(before)
  expect(began(1)).not.toBe(before)
})

test('a zombie process counts as ended', async () => {
  // A shell that becomes another program never collects its children.
  const parent = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 600'], { stdio: ['ignore', 'pipe', 'ignore'] })
  try {
    const [answer] = (await once(parent.stdout, 'data')) as [Buffer]
    const zombie = Number(String(answer))
    await vi.waitFor(() =>
      expect(execFileSync('ps', ['-o', 'stat=', '-p', String(zombie)], { encoding: 'utf8' })).toMatch(/^Z/),
    )
    expect([startedAt(zombie), fromPs(zombie)]).toEqual([undefined, undefined])
  } finally {
    parent.kill('SIGKILL')
  }
})

test('a leftover process is ended and removed from the list, but not a later process with its pid', async () => {
  const folder = openRunFolder(dir)
  folder.note('kafka', pid)
  const other = { name: 'gateway', pid: process.pid, startedAt: 'long ago' }
  writeFileSync(join(dir, 'processes.json'), JSON.stringify([...noted(), other]))
  expect(await folder.endLeftovers()).toEqual(['kafka'])
  expect(child.signalCode ?? (await once(child, 'exit'))[1]).toBe('SIGINT')
  expect(noted()).toEqual([])
})

test('clear() keeps processes that still run', () => {
  const folder = openRunFolder(dir)
  folder.note('kafka', pid)
  folder.note('supervisor', process.pid)
  folder.clear()
  expect(noted().map(({ name }) => name)).toEqual(['kafka'])
  child.kill('SIGKILL')
  return vi.waitFor(() => {
    folder.clear()
    expect(existsSync(join(dir, 'processes.json'))).toBe(false)
  })
})

test('a process that cannot be ended is named and stays noted', { timeout: 60_000 }, () => {
  const root = process.getuid?.() === 0
  // Another user's process: as root, one of root's, signalled by nobody; otherwise process 1.
  openRunFolder(dir).note('kafka', root ? pid : 1)
  if (root) for (const path of [dir, join(dir, 'processes.json')]) chownSync(path, NOBODY, NOBODY)
  chmodSync(dir, 0o755)
  const before = noted()
  const said = execFileSync(process.execPath, [join(import.meta.dirname, 'run-folder.fixture.ts'), dir], {
    encoding: 'utf8',
    ...(root && { uid: NOBODY }),
  })
  expect(said).toBe(`An earlier run left processes that cannot be ended: kafka (${before[0]?.pid}). End them first.\n`)
  expect(noted()).toEqual(before)
})
