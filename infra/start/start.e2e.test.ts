import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { beforeAll, expect, test, vi } from 'vitest'
import { embeddedPostgresUrl } from '../postgres/url.ts'
import { createSite, expectNothingOf, isUp, known, pidOf, remaining, shareJars } from './start.fixture.ts'

/** One data folder through all situations. */
let site: Awaited<ReturnType<typeof createSite>>
beforeAll(async () => {
  site = await createSite()
  shareJars(site.dir)
})

const titles = async (): Promise<string[]> => {
  const response = await fetch(`${site.gateway}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ posts(first: 100) { nodes { title author { fullName } } } }' }),
  })
  const { data } = (await response.json()) as { data: { posts: { nodes: { title: string }[] } } }
  return data.posts.nodes.map(({ title }) => title)
}

/** Runs a statement in the write database of posts. */
async function postsWrite(statement: string): Promise<void> {
  const url = new URL(embeddedPostgresUrl(Number(site.ports.POSTGRES_PORT)))
  url.pathname = '/posts_write'
  const client = new pg.Client({ connectionString: url.href })
  await client.connect()
  await client.query(statement)
  await client.end()
}

test('comes up, restarts roles, ends when a server ends, and leaves no process', { timeout: 300_000 }, async () => {
  const { dir, start, failure, gateway } = site

  // First start, on an empty store: three at once.
  const three = [start(), start(), start()]
  const first = await Promise.any(three.map((run) => run.says(isUp).then(() => run)))
  const others = three.filter((run) => run !== first)
  for (const other of others) {
    expect(await other.ended).toBe(1)
    expect(other.said()).toMatch(
      /^✗ .*Inkstream runs already on .*, as process \d+\. End it first, or use another folder and other ports\.\n$/,
    )
    expect(other.said()).toContain(`${dir}, as process ${first.child.pid}.`)
  }
  expect((await fetch(`${gateway}/health/ready`)).status).toBe(200)
  expect(first.said()).toMatch(/sample content: \d+ authors, \d+ posts, \d+ comments/)
  expect(first.said()).not.toMatch(/ended/)
  const sample = await vi.waitFor(async () => {
    const found = await titles()
    expect(found.length).toBeGreaterThan(15)
    return found
  }, 10_000)

  // A second start on the same folder.
  const before = known(dir)
  expect(await failure()).toContain(`Inkstream runs already on ${dir}, as process ${first.child.pid}.`)
  expect(known(dir)).toEqual(before)
  expect(remaining(before)).toHaveLength(before.length - 1) // all except the one that formatted Kafka's folder

  // A killed role is restarted.
  const api = pidOf(dir, 'posts-api')
  process.kill(api, 'SIGKILL')
  await first.says('posts-api ended (SIGKILL), starting it again')
  await first.says('posts-api is ready again')
  expect(await titles()).toEqual(sample)
  expect(pidOf(dir, 'posts-api')).not.toBe(api)

  // `ops restored` and the supervisor were killed, so leftovers run on: the next start ends them and finds all data. It
  // does not wait for the relay, which waits for an operator.
  const left = known(dir)
  await postsWrite(`INSERT INTO "write".behind_log (topic, partition, records) VALUES ('blog.posts.v1', 0, 0)`)
  await first.end('SIGKILL')
  const second = start([], { TZ: 'Pacific/Chatham', LC_ALL: 'tr_TR.UTF-8' })
  await second.says(isUp)
  expect(remaining(left)).toEqual([])
  expect(second.said()).toMatch(/ended what an earlier run had left: .*kafka/)
  expect(second.said()).not.toContain('sample content')
  expect(await titles()).toEqual(sample)
  expect(second.said()).toMatch(/! .*posts-relay is held\. relay: `npm run ops -- restored posts` .* run it again\./)
  await postsWrite('DELETE FROM "write".behind_log')
  await second.says('posts-relay is ready again')

  // When Kafka ends, the whole system ends and names the log.
  const withKafka = known(dir)
  process.kill(pidOf(dir, 'kafka'), 'SIGKILL')
  expect(await second.ended).toBe(1)
  expect(second.said()).toMatch(/Apache Kafka ended; see .*kafka\.log\. Start again: npm start/)
  expect(remaining(withKafka)).toEqual([])

  // Incompletely initialised folders; then Ctrl-C twice.
  for (const half of [join(dir, 'postgres'), join(dir, 'kafka', 'data')]) {
    rmSync(half, { recursive: true, force: true })
    mkdirSync(half, { recursive: true })
    writeFileSync(join(half, 'PG_VERSION'), '')
  }
  rmSync(join(dir, 'kafka', '.formatted'))
  const third = start([], { NODE_ENV: 'production', GATEWAY_MAX_ALIASES: '2', PORT: '80', MAX_COTS: '1' })
  await third.says(isUp)
  expect(third.said()).toMatch(/MAX_COTS is set, and nothing reads it\. Is MAX_COST meant\?/)
  expect(third.said()).toMatch(/PORT is ignored, because npm start sets PORT: move ports with GATEWAY_PORT/)
  const aliases = await fetch(`${gateway}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ a: __typename b: __typename c: __typename }' }),
  })
  expect(aliases.status).toBe(400)
  expect(third.said()).not.toContain('ample')
  expect(await titles()).toEqual([])
  const all = known(dir)
  expect(all.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['supervisor', 'postgres', 'kafka', 'gateway', 'users-api', 'comments-projector']),
  )
  third.child.kill('SIGINT')
  await third.says('stopping')
  const { code, took } = await third.end('SIGINT')
  expect(code).toBe(0)
  expect(took).toBeLessThan(5_000)
  expect(remaining(all)).toEqual([])

  // Ctrl-C during the start.
  const fourth = start(['--reset'])
  await fourth.says('forgot all data')
  await fourth.says(/Kafka on port|PostgreSQL on port/)
  const early = known(dir)
  const cut = await fourth.end('SIGINT')
  expect(cut.code).toBe(0)
  expect(cut.took).toBeLessThan(5_000)
  expect(remaining(early)).toEqual([])

  // Nobody reads its output any more.
  const fifth = start()
  await fifth.says(/Kafka on port|PostgreSQL on port/)
  const unread = known(dir)
  fifth.child.stdout?.destroy()
  expect(await fifth.ended).toBe(0)
  expect(remaining(unread)).toEqual([])
  expect(() => statSync(join(dir, 'processes.json'))).toThrow('ENOENT')
  await expectNothingOf(dir)
})
