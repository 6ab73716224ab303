import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import {
  type RunningGateway,
  startGateway,
  startPeople,
  startWritings,
  supergraphOf,
} from '../../testing/gateway.fixture.ts'
import type { StubSubgraph } from '../../testing/stub-subgraph.fixture.ts'

let people: StubSubgraph
let writings: StubSubgraph
let both: string
let peopleAlone: string
let gateway: RunningGateway

beforeAll(async () => {
  ;[people, writings] = await Promise.all([startPeople(), startWritings()])
  both = supergraphOf([people, writings])
  peopleAlone = supergraphOf([people])
})
afterAll(() => Promise.all([people?.close(), writings?.close()]))
beforeEach(async () => {
  gateway = await startGateway(peopleAlone)
  return () => gateway.stop()
})

const state = async () =>
  ((await (await fetch(`${gateway.opsUrl}/health/ready`)).json()) as { parts: { supergraph: object } }).parts.supergraph

test('a new supergraph takes effect without a lost request', async () => {
  let asking = true
  const replies: object[] = []
  const load = [1, 2, 3, 4].map(async () => {
    while (asking) replies.push(await gateway.ask('{ person(id: "1") { name } }'))
  })
  writeFileSync(gateway.supergraph, both)
  await vi.waitFor(async () => expect(await gateway.ask('{ writings { title } }')).not.toHaveProperty('errors'), 5_000)
  writeFileSync(`${gateway.supergraph}.next`, peopleAlone)
  renameSync(`${gateway.supergraph}.next`, gateway.supergraph)
  await vi.waitFor(async () => expect(await state()).toEqual({ ready: true, swaps: 2 }), 5_000)
  asking = false
  await Promise.all(load)
  expect(await gateway.ask('{ writings { title } }')).toMatchObject({
    errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }],
  })
  expect(replies.length).toBeGreaterThan(10)
  expect(new Set(replies.map((reply) => JSON.stringify(reply)))).toEqual(
    new Set([JSON.stringify({ data: { person: { name: 'Person 1' } } })]),
  )
})

test.each([
  ['no supergraph', 'type Query { a: Int }', /Invalid supergraph/],
  ['no GraphQL', 'type Query {', /Syntax Error/],
  ['empty', '', /./],
])('one that is %s is refused with the reason, and the old one stays in use', async (_what, text, reason) => {
  writeFileSync(gateway.supergraph, text)
  await vi.waitFor(
    async () => expect(await state()).toEqual({ ready: true, swaps: 0, refused: expect.stringMatching(reason) }),
    5_000,
  )
  expect(await gateway.ask('{ person(id: "1") { name } }')).toEqual({ data: { person: { name: 'Person 1' } } })
  expect(gateway.logged).toContainEqual(
    expect.objectContaining({ msg: 'supergraph refused, the old one goes on', file: gateway.supergraph }),
  )
  writeFileSync(gateway.supergraph, both)
  await vi.waitFor(async () => expect(await state()).toEqual({ ready: true, swaps: 1 }), 5_000)
})

test('when the file is removed, the old one stays in use', async () => {
  rmSync(gateway.supergraph)
  await vi.waitFor(
    async () => expect(await state()).toMatchObject({ refused: expect.stringContaining('ENOENT') }),
    5_000,
  )
  expect(await gateway.ask('{ person(id: "1") { name } }')).not.toHaveProperty('errors')
})
