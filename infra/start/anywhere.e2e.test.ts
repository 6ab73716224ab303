import { execFileSync } from 'node:child_process'
import { cpSync, readdirSync, statSync, symlinkSync } from 'node:fs'
import { createServer } from 'node:net'
import { join, relative, sep } from 'node:path'
import { expect, test } from 'vitest'
import { createSite, expectNothingOf, isUp, known, pidOf, remaining, root, shareJars } from './start.fixture.ts'

/** Clones this folder to a path with difficult characters, with its data inside. */
function cloneInto(parent: string): string {
  const clone = join(parent, 'Übung, 日本: a "b" $c %d', 'inkstream')
  const left = new Set(['node_modules', '.git', '.inkstream'])
  cpSync(root, clone, { recursive: true, filter: (from) => !left.has(relative(root, from).split(sep)[0] ?? '') })
  symlinkSync(join(root, 'node_modules'), join(clone, 'node_modules'))
  return clone
}

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8)

test('npm start comes up in an unusual environment, in an unusual folder', { timeout: 200_000 }, async () => {
  const site = await createSite()
  const clone = cloneInto(site.parent)
  const dir = join(clone, '.inkstream')
  shareJars(dir)
  // A proxy that accepts data and never answers.
  const proxied: string[] = []
  const proxy = createServer((socket) => socket.on('data', (data) => proxied.push(String(data))))
  await new Promise<void>((listening) => proxy.listen(0, '127.0.0.1', listening))
  const { port } = proxy.address() as { port: number }

  const run = site.start(
    [],
    {
      HOME: process.env.HOME,
      INKSTREAM_DIR: undefined,
      TZ: 'Asia/Kathmandu',
      LANG: 'tr_TR.UTF-8',
      LC_ALL: 'tr_TR.UTF-8',
      PGSSLMODE: 'require',
      PGOPTIONS: '-c nothing=1',
      HTTP_PROXY: `http://127.0.0.1:${port}`,
      NODE_USE_ENV_PROXY: '1',
      TMPDIR: join(site.parent, 'not there'),
      JAVA_TOOL_OPTIONS: '-Duser.language=tr -Duser.country=TR',
      _JAVA_OPTIONS: '-XnoSuchOption',
      KAFKA_OPTS: '-XnoSuchOption',
    },
    ['sh', '-c', 'umask 077; exec npm start'],
    clone,
  )
  await run.says(isUp)
  expect(run.said()).toMatch(/sample content: \d+ authors, \d+ posts, \d+ comments/)
  expect(proxied).toEqual([])

  // Everything is in the data folder, and closed to other users.
  expect(readdirSync(clone).toSorted()).toEqual([...readdirSync(root), '.inkstream'].filter(unlessGit).toSorted())
  expect(readdirSync(join(dir, 'kafka', 'data'))).toContain('__cluster_metadata-0')
  expect(modeOf(dir)).toBe('700')
  for (const log of [join('kafka', 'kafka.log'), ...readdirSync(join(dir, 'logs')).map((name) => join('logs', name))])
    expect([log, modeOf(join(dir, log))]).toEqual([log, '600'])
  expect(modeOf(join(dir, 'secret'))).toBe('600')

  // Process titles are the names of roles.
  const processes = known(dir)
  const titleOf = (name: string) =>
    execFileSync('ps', ['-o', 'args=', '-p', String(pidOf(dir, name))], { encoding: 'utf8' }).trim()
  const roles = processes.map(({ name }) => name).filter((name) => /gateway|-(api|relay|projector)$/.test(name))
  expect(roles).toHaveLength(10)
  for (const name of roles) expect(titleOf(name)).toBe(name)
  expect(titleOf('supervisor')).toBe('inkstream')

  // When PostgreSQL ends, the whole system ends and reports it.
  process.kill(pidOf(dir, 'postgres'), 'SIGKILL')
  expect(await run.ended).toBe(1)
  expect(run.said()).toContain('PostgreSQL ended.')
  expect(remaining(processes)).toEqual([])
  await expectNothingOf(clone)
  proxy.close()
})

const unlessGit = (name: string, index: number, all: readonly string[]): boolean =>
  name !== '.git' && all.indexOf(name) === index
