import pg from 'pg'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'

// Only posts is at its second generation, and earlier builds still project the first one. Reset the modules: other test
// files of this worker load them with the real generations.
const service = '../subgraphs/posts/service.ts'
vi.resetModules()
vi.doMock(service, async (original) => {
  const { service } = await original<{ service: object }>()
  return { service: { ...service, generations: ['read_1', 'read_2'] } }
})
const { parseConfig } = await import('#toolkit/process/config.ts')
const { apiConfig } = await import('#cqrs/roles/config.ts')
const { databaseSide } = await import('#infra/databases.ts')
const { migrate } = await import('#infra/migrations/migrate.ts')
const { serviceNames, serviceOf } = await import('#subgraphs/services.ts')
const { createTestDatabase } = await import('../tests/support/databases.ts')
const { deadLetters } = await import('./dead-letters.ts')
const { withModels } = await import('./models.ts')
afterAll(() => {
  vi.doUnmock(service)
  vi.resetModules()
})

let client: pg.Client
beforeAll(async () => {
  for (const service of serviceNames)
    for (const side of ['write', 'read'] as const) {
      const { url } = await createTestDatabase(service, side)
      vi.stubEnv(`${service.toUpperCase()}_${side.toUpperCase()}_DATABASE_URL`, url)
      if (service === 'posts' && side === 'read') {
        await migrate({ service, side }, url, 'read_1')
        client = new pg.Client({ connectionString: url })
      }
    }
  await client.connect()
  return async () => {
    await client.end()
    vi.unstubAllEnvs()
  }
})
afterEach(() => vi.restoreAllMocks())

const names = () => withModels(['users', 'posts'], async (models) => models.map(({ name }) => name))

test('this code reads and migrates the last generation', () => {
  expect(databaseSide('posts', 'read').schema).toBe('read_2')
  const schema = apiConfig(serviceOf('posts')).pick({ READ_SCHEMA: true })
  expect(parseConfig(schema, {})).toEqual({ config: { READ_SCHEMA: 'read_2' } })
  for (const other of ['read_1', 'read_3'])
    expect(parseConfig(schema, { READ_SCHEMA: other })).toEqual({
      problems: [`READ_SCHEMA is "${other}": this build reads another generation of posts (read_2)`],
    })
})

test('commands of operators work on every generation of every service', async () =>
  expect(await names()).toEqual(['users.read_1', 'posts.read_1', 'posts.read_2', 'posts.references']))

test('a dead letter of an earlier generation is listed and can be discarded, but not retried', async () => {
  await client.query(
    `INSERT INTO read_1.dead_letter (topic, partition, "offset", key, headers, error)
     VALUES ('blog.posts.v1', 0, 0, 'x', '{}', 'made by this test')`,
  )
  const said = vi.spyOn(console, 'log').mockReturnValue()
  const run = (...args: string[]) => deadLetters.parseAsync(args, { from: 'user' })
  await run('list')
  const name = /^(posts\.read_1:\d+) .*made by this test/.exec(String(said.mock.calls[0]?.[0]))?.[1] ?? ''
  await expect(run('retry', name)).rejects.toThrow('posts.read_1 is projected by a build of before')
  await run('discard', name)
  expect(said).toHaveBeenLastCalledWith(`${name} is discarded.`)
})

test('a dropped generation is left out, and reported', async () => {
  await client.query('DROP SCHEMA read_1 CASCADE')
  const said = vi.spyOn(console, 'error').mockReturnValue()
  expect(await names()).toEqual(['users.read_1', 'posts.read_2', 'posts.references'])
  expect(said).toHaveBeenCalledExactlyOnceWith(expect.stringMatching(/^posts\.read_1 is left out: /))
})
