import { expect, test } from 'vitest'
import type { GatewayErrorCode } from '../error-catalogue.ts'
import { onePerService } from './one-per-service.ts'

const fault = (code: GatewayErrorCode, service: string, path: string) => ({
  message: `${service}: ${code}`,
  path: [path],
  extensions: { code, service },
})

test('each fault of a service is reported once, in order, and other errors are kept', () => {
  const input = { message: 'invalid', extensions: { code: 'INVALID_INPUT' } } as const
  const down = fault('SUBGRAPH_UNAVAILABLE', 'users', 'a')
  const slow = fault('SUBGRAPH_TIMEOUT', 'users', 'b')
  const other = fault('SUBGRAPH_UNAVAILABLE', 'posts', 'c')
  expect(onePerService([down, input, fault('SUBGRAPH_UNAVAILABLE', 'users', 'd'), slow, input, other])).toEqual([
    down,
    input,
    slow,
    input,
    other,
  ])
})
