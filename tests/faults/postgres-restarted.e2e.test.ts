import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest'
import { freePort } from '#infra/ports.ts'
import { rolesOf } from '#infra/topology.ts'
import { serviceNames } from '#subgraphs/services.ts'
import { streamCommands } from '../support/commands-stream.ts'
import { expectTablesToEqualFold } from '../support/fold-equals-tables.ts'
import { graphqlClient } from '../support/graphql.ts'
import { type OwnPostgres, startOwnPostgres } from '../support/own-servers.ts'
import { type Stack, startStack } from '../support/stack.ts'

const dir = mkdtempSync(join(tmpdir(), 'inkstream-postgres-'))
chmodSync(dir, 0o755) // as root, PostgreSQL runs as another user
let options: { dir: string; port: number }
let postgres: OwnPostgres
let stack: Stack

beforeAll(async () => {
  options = { dir: join(dir, 'data'), port: await freePort() }
  postgres = await startOwnPostgres(options)
  stack = await startStack({ postgresUrl: postgres.url, kafkaBrokers: inject('kafkaBrokers') })
})
afterAll(async () => {
  await stack?.stop()
  await postgres?.stop()
  rmSync(dir, { recursive: true, force: true })
})

test('restarting PostgreSQL during a stream of commands loses no accepted command', async () => {
  const pids = new Map(roles().map((name) => [name, stack.role(name).pid()]))
  const stream = streamCommands(stack.gatewayUrl, { clients: 2, rounds: 6, pauseMs: 300 })
  await vi.waitFor(async () => expect(stream.posts.length).toBeGreaterThan(2), { timeout: 10_000, interval: 20 })

  await postgres.stop()
  const ask = graphqlClient(stack.gatewayUrl)
  const away = await ask('{ posts(first: 1) { nodes { title } } }')
  expect(away).toMatchObject({ status: 200, data: { posts: null } })
  expect(away.errors?.[0]?.extensions?.code).toBe('DATABASE_UNAVAILABLE')
  for (const name of roles())
    await vi.waitFor(async () => expect(await ready(name)).toBe(false), { timeout: 20_000, interval: 20 })

  postgres = await startOwnPostgres(options)
  for (const name of roles())
    await vi.waitFor(async () => expect(await ready(name)).toBe(true), { timeout: 30_000, interval: 20 })
  await stream.done
  await vi.waitFor(() => expectTablesToEqualFold(stack), { timeout: 30_000, interval: 20 })
  const { data } = await ask('{ users { totalCount } posts { totalCount } }')
  expect(data).toEqual({
    users: { totalCount: stream.users.length },
    posts: { totalCount: stream.posts.length - stream.deletedPosts.length },
  })
  // No role had to be restarted.
  expect(new Map(roles().map((name) => [name, stack.role(name).pid()]))).toEqual(pids)
}, 120_000)

const roles = () => serviceNames.flatMap(rolesOf)

const ready = async (name: string) => (await fetch(`http://127.0.0.1:${stack.role(name).spec.port}/health/ready`)).ok
