import type { StubRequest, StubSubgraph } from '../testing/stub-subgraph.fixture.ts'
import type { Entry } from './entry.ts'
import type { FetchConsistency } from './operation.ts'

/** The entry of a person of these tests. */
export const person = (id: number, version = 1): Entry => [
  'blog.people.v1',
  `0190c2f1-aaaa-7bbb-8ccc-${String(id).padStart(12, '0')}`,
  version,
]

/** What a fetch sent. */
export const askedOf = (request: StubRequest | undefined) =>
  request?.extensions?.consistency as FetchConsistency | undefined

const nothing = { wrote: [], behind: [], waitedMs: 0 }

/** Lets a stub take part: it answers as before, and reports this. */
export const report = (stub: StubSubgraph, reportOf: (request: StubRequest) => object | undefined): void =>
  stub.behave(async (request, _reply, answer) => ({
    ...(await answer(request)),
    extensions: { consistency: { ...nothing, ...reportOf(request) } },
  }))

/** A service whose mutations write one new entry each. */
export function writes(stub: StubSubgraph): void {
  let written = 0
  report(stub, ({ query }) => (query.startsWith('mutation') ? { wrote: [person(++written)] } : {}))
}
