import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type RunningGateway, startGateway, startPeople, supergraphOf } from '../testing/gateway.fixture.ts'
import type { StubSubgraph } from '../testing/stub-subgraph.fixture.ts'
import { rawPost } from './raw.fixture.ts'

let people: StubSubgraph
let gateway: RunningGateway
let full: RunningGateway

beforeAll(async () => {
  people = await startPeople()
  const supergraph = supergraphOf([people])
  gateway = await startGateway(supergraph, { REQUEST_TIMEOUT_MS: '2000', KEEP_ALIVE_TIMEOUT_MS: '1000' })
  full = await startGateway(supergraph, { MAX_CONNECTIONS: '3' })
})
afterAll(() => Promise.all([gateway?.stop(), full?.stop(), people?.close()]))

const query = '{ person(id: "1") { name } }'
const good = JSON.stringify({ query })

/** Opens a connection that sends `drip` every 100 ms, and reads only if `reads`. */
function open(first: string | Buffer, { drip = '', reads = true } = {}) {
  const socket: Socket = connect(Number(new URL(gateway.url).port), '127.0.0.1')
  if (first.length > 0) socket.write(first)
  if (reads) socket.resume()
  const timer = setInterval(() => drip && socket.write(drip), 100)
  socket.on('error', () => undefined)
  const closed = new Promise<number>((resolve) => {
    const began = performance.now()
    socket.on('close', () => {
      clearInterval(timer)
      resolve(performance.now() - began)
    })
  })
  return { socket, closed }
}

const head = 'POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n'

describe('a connection is closed that', () => {
  test.concurrent.each<[string, string | Buffer, string]>([
    ['sends nothing', '', ''],
    ['sends its headers byte by byte', head, 'x'],
    ['sends its body byte by byte', `${head}content-length: 1000\r\n\r\n{`, ' '],
    ['begins a chunk and stops', `${head}transfer-encoding: chunked\r\n\r\n5\r\n`, ''],
    ['stays open after its reply', rawPost(good, { connection: 'keep-alive' }), ''],
    ['continues after bytes that are not HTTP', 'hello\r\n\r\n', 'more\r\n'],
    ['continues after headers that are too long', `${head}cookie: ${'x'.repeat(20_000)}`, 'x'.repeat(1_000)],
  ])('%s', async (_what, first, drip) => {
    expect(await open(first, { drip }).closed).toBeLessThan(10_000)
  })

  test('reads its reply very slowly', async () => {
    const bytes = 30_000_000
    people.behave(() => ({ data: { person: { name: 'x'.repeat(bytes) } } }))
    const { closed, socket } = open(rawPost(good), { reads: false })
    let taken = 0
    socket.on('data', (chunk) => {
      taken += chunk.length
      socket.pause()
    })
    const timer = setInterval(() => socket.resume(), 50)
    try {
      expect(await closed).toBeLessThan(15_000)
      expect(taken).toBeLessThan(bytes)
    } finally {
      clearInterval(timer)
      people.behave()
    }
  }, 20_000)
})

test('many slow connections delay no other request, and all are closed', async () => {
  const slow = Array.from({ length: 300 }, (_, index) => open(index % 2 ? '' : head, { drip: index % 2 ? '' : 'x' }))
  const took: number[] = []
  for (let index = 0; index < 20; index++) {
    const began = performance.now()
    expect(await gateway.ask(query)).toEqual({ data: { person: { name: 'Person 1' } } })
    took.push(performance.now() - began)
  }
  expect(Math.max(...took)).toBeLessThan(2_000)
  for (const took of await Promise.all(slow.map(({ closed }) => closed))) expect(took).toBeLessThan(10_000)
  expect(gateway.logged.filter(({ level }) => Number(level) >= 50)).toEqual([])
})

test('connections beyond the limit are refused, and the log says so once', async () => {
  const sockets = Array.from({ length: 6 }, () => connect(Number(new URL(full.url).port), '127.0.0.1'))
  let refused = 0
  for (const socket of sockets) socket.on('error', () => undefined).on('close', () => refused++)
  await vi.waitFor(() => expect(refused).toBe(3), 5_000)
  expect(full.logged.filter(({ msg }) => msg === 'connection refused: too many')).toHaveLength(1)
  for (const socket of sockets) socket.destroy()
})
