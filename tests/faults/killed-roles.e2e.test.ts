import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest'
import { rolesOf } from '#infra/topology.ts'
import { serviceNames } from '#subgraphs/services.ts'
import { streamCommands } from '../support/commands-stream.ts'
import { expectTablesToEqualFold } from '../support/fold-equals-tables.ts'
import { graphqlClient } from '../support/graphql.ts'
import { type Stack, startStack } from '../support/stack.ts'

let stack: Stack
beforeAll(async () => {
  stack = await startStack({ postgresUrl: inject('postgresUrl'), kafkaBrokers: inject('kafkaBrokers') })
})
afterAll(() => stack?.stop())

const roles = serviceNames.flatMap(rolesOf)

test('kill -9 of every role during a stream of commands loses and repeats no command', async () => {
  const stream = streamCommands(stack.gatewayUrl, { clients: 3, rounds: 12, pauseMs: 300 })
  for (const name of [...roles, 'gateway']) {
    const victim = stack.role(name)
    const before = await vi.waitFor(
      async () => {
        const pid = victim.pid()
        if (!pid) throw new Error(`${name} does not run`)
        return pid
      },
      { timeout: 10_000, interval: 20 },
    )
    process.kill(before, 'SIGKILL')
    await vi.waitFor(async () => expect(victim.pid()).not.toBe(before), { timeout: 20_000, interval: 20 })
    await vi.waitFor(
      async () => expect((await fetch(`http://127.0.0.1:${victim.spec.port}/health/ready`)).ok).toBe(true),
      { timeout: 30_000, interval: 20 },
    )
  }
  await stream.done

  await vi.waitFor(() => expectTablesToEqualFold(stack), { timeout: 30_000, interval: 20 })
  const ask = graphqlClient(stack.gatewayUrl)
  const { data } = await ask('{ users { totalCount } posts { totalCount } }')
  expect(data).toEqual({
    users: { totalCount: stream.users.length },
    posts: { totalCount: stream.posts.length - stream.deletedPosts.length },
  })
}, 180_000)
