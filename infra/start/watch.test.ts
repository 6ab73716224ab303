import { expect, test } from 'vitest'
import { concerns } from './watch.ts'

test.each([
  ['subgraphs/posts/resolvers.ts', 'subgraphs/posts/api.ts', true],
  ['subgraphs/posts/resolvers.ts', 'subgraphs/users/api.ts', false],
  ['prisma/posts/read/schema.prisma.ts', 'subgraphs/posts/projector.ts', true],
  ['gateway/limits.ts', 'gateway/main.ts', true],
  ['gateway/limits.ts', 'subgraphs/users/api.ts', false],
  ['cqrs/outbox/relay.ts', 'subgraphs/users/relay.ts', true],
  ['toolkit/process/health.ts', 'gateway/main.ts', true],
  ['contracts/supergraph.graphql', 'gateway/main.ts', false],
])('a change of %s restarts %s: %s', (file, entry, expected) => expect(concerns(file, entry)).toBe(expected))
