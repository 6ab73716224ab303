import { afterAll, beforeAll, expect, test } from 'vitest'
import { decodeCaller } from '#toolkit/trust/caller.ts'
import { CALLER_HEADER } from '#toolkit/trust/signature.ts'
import { startGateway, startPeople, supergraphOf } from '../testing/gateway.fixture.ts'
import type { StubSubgraph } from '../testing/stub-subgraph.fixture.ts'

let people: StubSubgraph

beforeAll(async () => {
  people = await startPeople()
})
afterAll(() => people?.close())

test.each([
  ['the last one that no trusted proxy wrote', '127.0.0.1,10.0.0.0/8', '6.6.6.6, 203.0.113.7, 10.1.2.3', '203.0.113.7'],
  ['also an IPv6 address', '127.0.0.1', '2001:db8::1', '2001:db8::1'],
  ['without its port', '127.0.0.1', '203.0.113.8:40001', '203.0.113.8'],
  [
    'without its port, through a proxy that writes one',
    '127.0.0.1,10.0.0.0/8',
    '203.0.113.8:1, 10.1.2.3:2',
    '203.0.113.8',
  ],
  ['without brackets, port and zone', '127.0.0.1', '[2001:DB8::1%eth0]:443', '2001:db8::1'],
  ['read through IPv6 proxies', '127.0.0.1,2001:db8:1::/48', '203.0.113.8, [2001:db8:1::2]:80', '203.0.113.8'],
  ['IPv4, even in IPv6 notation', '127.0.0.1', '::ffff:cb00:7108', '203.0.113.8'],
  ['that of the nearest proxy when the header says unknown', '127.0.0.1,10.0.0.0/8', 'unknown, 10.1.2.3', '10.1.2.3'],
  ['that of the nearest proxy when the header has no address', '127.0.0.1', '40001', '127.0.0.1'],
  ['the proxy’s own, when it is not trusted', '10.0.0.0/8', '203.0.113.7', '127.0.0.1'],
  ['that of the connection when no proxy is trusted', '', '203.0.113.7', '127.0.0.1'],
])('a client’s address is %s', async (_which, proxies, forwarded, address) => {
  const gateway = await startGateway(supergraphOf([people]), { TRUSTED_PROXIES: proxies })
  try {
    await gateway.ask('{ person(id: "1") { name } }', {}, { 'x-forwarded-for': forwarded })
    expect(decodeCaller(people.requests.at(-1)?.headers[CALLER_HEADER] as string)).toEqual({ caller: null, address })
  } finally {
    await gateway.stop()
  }
})
