import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest'
import { serviceNames } from '#subgraphs/services.ts'
import { graphqlClient } from '../support/graphql.ts'
import { runOps } from '../support/ops-command.ts'
import { type Stack, startStack } from '../support/stack.ts'

/** By how many seconds each process shifts its clock. SIGUSR2 turns the shift on and off. */
const shifts: Readonly<Record<string, number>> = { gateway: 40, 'posts-api': -50 }

let stack: Stack
let ask: ReturnType<typeof graphqlClient>

beforeAll(async () => {
  const preload = `--import ${resolve(import.meta.dirname, 'shifted-clock.fixture.ts')}`
  stack = await startStack(
    { postgresUrl: inject('postgresUrl'), kafkaBrokers: inject('kafkaBrokers') },
    {
      envOf: (name): Record<string, string> =>
        name in shifts ? { NODE_OPTIONS: preload, CLOCK_SHIFT_S: String(shifts[name]) } : {},
    },
  )
  ask = graphqlClient(stack.gatewayUrl)
})
afterAll(() => stack?.stop())

const shift = (name: string) => process.kill(stack.role(name).pid() ?? 0, 'SIGUSR2')
const get = (name: string, path: string) => {
  const port = name === 'gateway' ? stack.ports.GATEWAY_OPS_PORT : stack.role(name).spec.port
  return fetch(`http://127.0.0.1:${port}${path}`)
}
const clocks = async () => {
  const response = await get('gateway', '/health/ready')
  const { parts } = (await response.json()) as { parts: { clocks: { ready: boolean; reason?: string } } }
  return { status: response.status, ...parts.clocks }
}
const refused = async (name: string) =>
  Number(/^subgraph_refused_total\{.*reason="stale".*\} (\d+)$/m.exec(await (await get(name, '/metrics')).text())?.[1])
const log = (name: string) => readFileSync(join(stack.logsDir, `${name}.log`), 'utf8')
/** Matches a number of seconds, give or take one for rounding. */
const about = (seconds: number) => `(${seconds - 1}|${seconds}|${seconds + 1}) s`

test('a gateway with a wrong clock is not ready and reports why, and is ready again with a correct clock', {
  timeout: 120_000,
}, async () => {
  await vi.waitFor(async () => expect(await clocks()).toMatchObject({ status: 200, ready: true }), {
    timeout: 10_000,
    interval: 20,
  })
  shift('gateway')
  // The gateway notices without any traffic.
  await vi.waitFor(async () => expect(await clocks()).toMatchObject({ status: 503, ready: false }), {
    timeout: 20_000,
    interval: 20,
  })
  const { reason } = await clocks()
  for (const name of serviceNames) expect(reason).toMatch(new RegExp(`${about(40)} ahead of ${name}\\b`))
  const { code, out } = await runOps(stack, 'status')
  expect(out).toMatch(new RegExp(`^gateway +not ready .*\n {4}clocks: .*${about(40)} ahead of users`, 'm'))
  expect(code).toBe(1)

  const { data, errors } = await ask('{ posts(first: 1) { totalCount } }')
  expect(data).toEqual({ posts: null })
  expect(errors).toMatchObject([{ extensions: { code: 'SUBGRAPH_REFUSED', service: 'posts' } }])
  expect(log('gateway')).toMatch(
    new RegExp(`posts: our request was refused because the clocks differ: ours is ${about(40)} ahead`),
  )
  expect(await refused('posts-api')).toBe(1)
  expect(log('posts-api')).toMatch(/"reason":"stale","caller":"gateway","aheadS":(39|40|41)/)

  shift('gateway')
  await vi.waitFor(async () => expect(await clocks()).toMatchObject({ status: 200, ready: true }), {
    timeout: 20_000,
    interval: 20,
  })
  expect(await clocks()).not.toHaveProperty('reason')
  expect(await ask('{ posts(first: 1) { totalCount } }')).toMatchObject({ data: { posts: { totalCount: 0 } } })
})

test('when the clock of one service is wrong, the gateway stays ready and names it', { timeout: 120_000 }, async () => {
  shift('posts-api')
  await vi.waitFor(
    async () => expect((await clocks()).reason).toMatch(new RegExp(`is ${about(50)} ahead of posts\\.`)),
    { timeout: 20_000, interval: 20 },
  )
  expect((await clocks()).status).toBe(200)
  const { code, out } = await runOps(stack, 'status')
  expect(out).toMatch(new RegExp(`^gateway +ready .*\n {4}warning: clocks: .*${about(50)} ahead of posts\\.`, 'm'))
  expect(code).toBe(0)
  const { data, errors } = await ask(
    '{ posts(first: 1) { totalCount } user(id: "01890000-0000-7000-8000-00000000000a") { id } }',
  )
  expect(data).toEqual({ posts: null, user: null })
  expect(errors).toMatchObject([{ extensions: { code: 'SUBGRAPH_REFUSED', service: 'posts' } }])

  shift('posts-api')
  await vi.waitFor(async () => expect(await clocks()).not.toHaveProperty('reason'), { timeout: 20_000, interval: 20 })
  expect(await ask('{ posts(first: 1) { totalCount } }')).toMatchObject({ data: { posts: { totalCount: 0 } } })
})
