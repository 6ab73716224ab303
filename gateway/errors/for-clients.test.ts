import type { GraphQLFormattedErrorExtensions } from 'graphql'
import { expect, test } from 'vitest'
import { subgraphErrors } from '#toolkit/graphql/error-catalogue.ts'
import { isForGatewayClients } from './for-clients.ts'

test.each<[GraphQLFormattedErrorExtensions | undefined, boolean]>([
  [{ code: 'INVALID_TOKEN' }, true],
  [{ code: 'SUBGRAPH_UNAVAILABLE', service: 'users' }, true],
  [{ code: 'SUBGRAPH_TIMEOUT', service: 'users', serviceName: 'users' }, true],
  [{ code: 'GRAPHQL_VALIDATION_FAILED' }, true],
  [{ code: 'INVALID_INPUT', serviceName: 'users' }, true],
  [{ code: 'INTERNAL_SERVER_ERROR', serviceName: 'users', fault: 'an id' }, true],
  [{ code: 'INTERNAL_SERVER_ERROR', serviceName: 'users' }, false],
  [{ code: 'GRAPHQL_VALIDATION_FAILED', serviceName: 'users' }, false],
  [{ code: 'INTERNAL_SERVER_ERROR' }, false],
  [{}, false],
  [undefined, false],
])('an error with %j is for clients: %s', (extensions, isForClients) => {
  expect(isForGatewayClients({ message: 'a', ...(extensions && { extensions }) })).toBe(isForClients)
})

const masked = ['INTERNAL_SERVER_ERROR', 'UNSIGNED_REQUEST']

test.each(Object.keys(subgraphErrors).filter((code) => !masked.includes(code)) as (keyof typeof subgraphErrors)[])(
  '%s of a subgraph is for clients, as the catalogue of errors says',
  (code) => expect(isForGatewayClients({ message: 'a', extensions: { code, serviceName: 'comments' } })).toBe(true),
)
