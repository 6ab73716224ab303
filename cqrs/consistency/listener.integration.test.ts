import pg from 'pg'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest'
import { createProjectedListener } from './listener.ts'

const schema = 'read_of_these_tests'
let client: pg.Client
let heard = 0
let listener: ReturnType<typeof createProjectedListener>
beforeAll(async () => {
  client = new pg.Client(inject('postgresUrl'))
  await client.connect()
  listener = createProjectedListener({
    url: inject('postgresUrl'),
    schema,
    onProjected: () => heard++,
    log: pino({ level: 'silent' }),
  })
  await listener.start()
})
afterAll(async () => {
  await listener?.stop()
  await client?.end()
})

const sessions = async () => {
  const { rows } = await client.query<{ pid: number }>('SELECT pid FROM pg_stat_activity WHERE query = $1', [
    `LISTEN "${schema}_projected"`,
  ])
  return rows.map(({ pid }) => pid)
}
/** As a projector announces what it wrote. */
const announce = () => client.query('SELECT pg_notify($1, $2)', [`${schema}_projected`, 'blog.posts.v1:0'])

test('hears what is projected into its schema, and hears it again after its connection was ended', async () => {
  const [first] = await vi.waitFor(async () => {
    const found = await sessions()
    expect(found).toHaveLength(1)
    return found
  }, 10_000)
  await announce()
  await vi.waitFor(() => expect(heard).toBe(1))
  await client.query('SELECT pg_notify($1, $2)', ['other_projected', ''])

  await client.query('SELECT pg_terminate_backend($1)', [first])
  await vi.waitFor(async () => {
    const found = await sessions()
    expect(found).toHaveLength(1)
    expect(found).not.toEqual([first])
  }, 10_000)
  await announce()
  await vi.waitFor(() => expect(heard).toBe(2))
})

test('ends its connection when it stops', async () => {
  await listener.stop()
  await vi.waitFor(async () => expect(await sessions()).toEqual([]))
})
