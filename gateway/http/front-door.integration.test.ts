import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RunningGateway, startGateway, startPeople, supergraphOf } from '../testing/gateway.fixture.ts'
import type { StubSubgraph } from '../testing/stub-subgraph.fixture.ts'
import { type RawReply, rawPost, sendRaw } from './raw.fixture.ts'

let people: StubSubgraph
let gateway: RunningGateway
let proxied: RunningGateway

beforeAll(async () => {
  people = await startPeople()
  const supergraph = supergraphOf([people])
  gateway = await startGateway(supergraph, { CORS_ORIGINS: 'https://blog.example' })
  proxied = await startGateway(supergraph, { TRUSTED_PROXIES: '127.0.0.1' })
})
afterAll(() => Promise.all([gateway?.stop(), proxied?.stop(), people?.close()]))

const query = '{ person(id: "1") { name } }'
const good = JSON.stringify({ query })
const answer = '{"data":{"person":{"name":"Person 1"}}}\n'
const post = (body: unknown) => rawPost(typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body))
const line = (first: string, ...headers: string[]) =>
  [first, 'host: localhost', 'connection: close', ...headers, '', ''].join('\r\n')
const get = (path: string, ...headers: string[]) =>
  line(`GET ${path} HTTP/1.1`, 'apollo-require-preflight: 1', ...headers)

const expectRefused = (reply: RawReply, status: number, message: RegExp) => {
  expect(reply).toMatchObject({ status, headers: { 'content-type': expect.stringMatching(/^application\/json/) } })
  expect(JSON.parse(reply.body)).toEqual({
    errors: [
      { message: expect.stringMatching(message), extensions: { code: status === 404 ? 'NOT_FOUND' : 'BAD_REQUEST' } },
    ],
  })
  expect(reply.body.length).toBeLessThan(1_000)
}

describe('a request is refused with the reason, and not logged as a fault, when', () => {
  test.each<[string, number, RegExp, string | Buffer]>([
    ['its Host is not a host', 400, /Host is not the name/, rawPost(good, { host: 'ex%ample' })],
    ['its Host has spaces', 400, /Host is not the name/, rawPost(good, { host: 'a b' })],
    ['its Host has an invalid port', 400, /Host is not the name/, rawPost(good, { host: 'localhost:99999' })],
    ['its Host is empty', 400, /Host is not the name/, rawPost(good, { host: '' })],
    ['it has no Host', 400, /Host is missing/, 'GET /health/live HTTP/1.1\r\nconnection: close\r\n\r\n'],
    ['it has two Hosts', 400, /Host is there more than once/, line('GET /health/live HTTP/1.1', 'host: other')],
    ['it is HTTP/1.0 without a Host', 400, /Host is missing/, 'GET /graphql?query={a} HTTP/1.0\r\n\r\n'],

    ['its path cannot be decoded', 400, /path cannot be decoded/, get('/graphql%zz')],
    ['its path is very long and not decodable', 400, /path cannot be decoded/, get(`/${'%zz'.repeat(3_000)}`)],
    ['its path is a long name', 404, /nothing at/, get(`/playground/${'x'.repeat(200)}`)],
    ['its path is unknown', 404, /nothing at GET \/x+…/, get(`/${'x'.repeat(9_000)}`)],
    ['its path has bytes that a url cannot contain', 400, /cannot be read as HTTP/, get('/gräphql')],
    ['its headers are too large', 431, /longer than 16 KiB/, rawPost(good, { cookie: 'x'.repeat(20_000) })],
    ['its address is too long', 431, /longer than 16 KiB/, get(`/graphql?query=${'x'.repeat(20_000)}`)],
    ['a header is malformed', 400, /cannot be read as HTTP/, line('GET /graphql HTTP/1.1', 'no colon')],
    ['it is not HTTP', 400, /cannot be read as HTTP/, 'hello\r\n\r\n'],
    ['it is TLS', 400, /cannot be read as HTTP/, Buffer.from('16030100020100', 'hex')],
    ['it has two lengths', 400, /cannot be read as HTTP/, rawPost(good, { 'transfer-encoding': 'chunked' })],
    [
      'a chunk has no length',
      400,
      /cannot be read as HTTP/,
      line('POST /graphql HTTP/1.1', 'content-type: application/json', 'transfer-encoding: chunked').concat('zz\r\n'),
    ],
    [
      'it has an unknown expectation',
      417,
      /Expect supports 100-continue alone, not tea/,
      rawPost(good, { expect: 'tea' }),
    ],
    ['it treats the gateway as a proxy', 405, /not a proxy/, line('CONNECT example.org:443 HTTP/1.1')],

    [
      'it is compressed',
      415,
      /compressed \(Content-Encoding: gzip\)/,
      rawPost(gzipSync(good), { 'content-encoding': 'gzip' }),
    ],
    ['it says that it is compressed', 415, /compressed/, rawPost(good, { 'content-encoding': 'br, gzip' })],
    ['it is compressed and does not say so', 400, /not valid UTF-8/, post(gzipSync(good))],
    ['it is of another charset', 415, /UTF-8/, rawPost(good, { 'content-type': 'application/json; charset=utf-16' })],
    ['its content type is malformed', 415, /application\/json/, rawPost(good, { 'content-type': 'json' })],
    [
      'its content type is that of GraphQL alone',
      415,
      /json/,
      rawPost(query, { 'content-type': 'application/graphql' }),
    ],
    ['it is a form', 415, /json/, rawPost('query=a', { 'content-type': 'application/x-www-form-urlencoded' })],
    ['it is a multipart form', 415, /json/, rawPost('--a--', { 'content-type': 'multipart/form-data; boundary=a' })],
    ['it accepts no possible reply', 406, /Accept/, rawPost(good, { accept: 'text/html' })],

    ['it ends too early', 400, /not valid JSON/, post('{"query": "{ per')],
    ['it is not UTF-8', 400, /not valid UTF-8/, post(Buffer.from('{"query":"\xff"}', 'latin1'))],
    [
      'it has the key __proto__',
      400,
      /key "__proto__"/,
      post(`{"query":"${query.replaceAll('"', '\\"')}","__proto__":{"a":1}}`),
    ],
    ['a variable has that key', 400, /key "__proto__"/, post('{"query":"{a}","variables":{"x":[{"__proto__":1}]}}')],
    ['it has that key escaped', 400, /key "__proto__"/, post('{"\\u005f_proto__":1}')],
    ['it has constructor.prototype', 400, /key "__proto__"/, post('{"query":"{a}","constructor":{"prototype":{}}}')],
    ['it is empty', 400, /empty/, post('')],
    ['it is a byte order mark', 400, /not valid JSON/, post('\ufeff')],
    ['it is a text', 400, /JSON object with a query/, post('"x"')],
    ['it is true', 400, /JSON object with a query/, post(true)],
    ['it is a list', 400, /batch/, post([])],
    ['it has no keys', 400, /no keys/, post({})],
    ['its query is a list', 400, /must be strings/, post({ query: [query] })],
    ['its query is null', 400, /non-empty/, post({ query: null })],
    ['its variables are a list', 400, /variables/, post({ query, variables: [] })],
    ['its variables are a number', 400, /variables/, post({ query, variables: 17 })],
    ['its extensions are a list', 400, /extensions/, post({ query, extensions: [] })],
    ['its extensions are text', 400, /extensions/, post({ query, extensions: '{}' })],
    ['its operationName is empty', 400, /operationName is empty/, post({ query, operationName: '' })],
    ['its operationName is a number', 400, /operationName/, post({ query, operationName: 1 })],
    ['its operationName is empty, by GET', 400, /operationName is empty/, get(`/graphql?query={a}&operationName=`)],
    ['its variables are not JSON, by GET', 400, /variables is not valid JSON/, get('/graphql?query={a}&variables={')],
    ['its variables have it, by GET', 400, /key "__proto__"/, get('/graphql?query={a}&variables={%22__proto__%22:1}')],
    ['it has two queries, by GET', 400, /once/, get('/graphql?query={a}&query={b}')],
    ['it has a body of another kind, by GET', 415, /content-type/, get('/graphql?query={a}', 'content-type: text/csv')],
  ])('%s', async (_when, status, message, bytes) => {
    expectRefused(await sendRaw(gateway.url, bytes), status, message)
    expect(gateway.logged.filter(({ level }) => Number(level) >= 50)).toEqual([])
  })

  test('its proxy sends an invalid scheme or host', async () => {
    for (const [name, value] of [
      ['x-forwarded-proto', 'no scheme'],
      ['x-forwarded-host', 'ex%ample'],
    ] as const)
      expectRefused(await sendRaw(proxied.url, rawPost(good, { [name]: value })), 400, /X-Forwarded/)
    expect(proxied.logged.filter(({ level }) => Number(level) >= 50)).toEqual([])
  })

  test('it is shorter than its content length', async () => {
    const bytes = rawPost(good, { 'content-length': '1000' })
    expectRefused(await sendRaw(gateway.url, bytes, { end: true }), 400, /ended before/)
  })

  test.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND', 'QUERY'])('its method is %s', async (method) => {
    const reply = await sendRaw(proxied.url, rawPost(good, {}).toString().replace('POST', method))
    expectRefused(reply, 405, /by GET or POST, not by/)
    expect(reply.headers.allow).toBe('GET, POST')
  })

  test.each([
    '%00',
    'index.html%00.js',
    'assets/%00/..',
    '../package.json',
    '..%2f..%2fpackage.json',
    '%2e%2e/%2e%2e/package.json',
    '%2e%2e%2f%2e%2e%2fetc%2fpasswd',
    '..%5c..%5cpackage.json',
    '..\\..\\package.json',
    'assets/../../package.json',
    '%2fetc%2fpasswd',
    '//etc/passwd',
    'C:/windows',
    'C:%5cwindows',
    '.env',
    '.git/config',
    'assets',
    `assets/${'x'.repeat(300)}`,
    `${'x/'.repeat(4_000)}`,
    `${'..%2f'.repeat(2_000)}etc/passwd`,
    '%ff%fe',
    '%e2%80%ae',
    'index.html/x',
    '*',
  ])('it asks the playground for %s', async (path) => {
    const reply = await sendRaw(gateway.url, get(`/playground/${path}`))
    expect(reply.headers['content-type']).toMatch(/^application\/json/)
    // A path that is not UTF-8 cannot be decoded.
    const [status, code] = path === '%ff%fe' ? [400, 'BAD_REQUEST'] : [404, 'NOT_FOUND']
    expect([reply.status, JSON.parse(reply.body).errors[0].extensions.code]).toEqual([status, code])
    expect(gateway.logged.filter(({ level }) => Number(level) >= 50)).toEqual([])
  })

  test.each(['/nothing#%', '/nothing#%ff', '/%23#%zz?a'])(
    'its path has a fragment that cannot be decoded: %s',
    async (path) => {
      const reply = await sendRaw(gateway.url, get(path))
      expect([reply.status, JSON.parse(reply.body).errors[0].extensions.code]).toEqual([404, 'NOT_FOUND'])
      expect(gateway.logged.filter(({ level }) => Number(level) >= 50)).toEqual([])
    },
  )

  const methods = ['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND', 'QUERY']
  const bodies: readonly (readonly [string, string, Readonly<Record<string, string>>])[] = [
    ['nothing', '', {}],
    ['half of JSON', '{"query":', {}],
    ['a list', '[]', {}],
    ['the key __proto__', '{"__proto__":1}', {}],
    ['a form', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['another charset', '{}', { 'content-type': 'application/json; charset=utf-16' }],
    ['a malformed content type', 'x', { 'content-type': 'json' }],
    ['a compressed text', 'x', { 'content-encoding': 'gzip' }],
    ['a large text', 'x'.repeat(2_000_000), {}],
  ]
  test.each(methods.flatMap((method) => bodies.map((body) => [method, ...body] as const)))(
    'its method is %s with %s',
    async (method, _what, body, headers) => {
      const bytes = rawPost(body, headers).toString()
      const reply = await sendRaw(proxied.url, bytes.replace('POST', method))
      expectRefused(reply, 405, /by GET or POST, not by/)
      expect(reply.headers.allow).toBe('GET, POST')
      // For an unknown path, the body does not matter.
      expectRefused(await sendRaw(proxied.url, bytes.replace('POST /graphql', `${method} /nowhere`)), 404, /nothing at/)
    },
  )

  test('its method is POST where only GET is allowed, whatever its body', async () => {
    for (const [, body, headers] of bodies) {
      const reply = await sendRaw(gateway.url, rawPost(body, headers).toString().replace('/graphql', '/health/live'))
      expectRefused(reply, 405, /by GET or HEAD, not by POST/)
      expect(reply.headers.allow).toBe('GET, HEAD')
    }
  })

  test('its method is HEAD, which gets no body', async () => {
    expect(await sendRaw(gateway.url, line('HEAD /graphql?query={a} HTTP/1.1'))).toMatchObject({
      status: 405,
      body: '',
    })
  })

  test('its encoding is not accepted, with the accepted ones in a header', async () => {
    const { headers } = await sendRaw(gateway.url, rawPost(gzipSync(good), { 'content-encoding': 'gzip' }))
    expect(headers['accept-encoding']).toBe('identity')
  })
})

describe('a request is answered when', () => {
  test.each<[string, string | Buffer]>([
    ['it begins with a byte order mark', post(`\ufeff${good}`)],
    ['it names its charset', rawPost(good, { 'content-type': 'application/json; charset="UTF-8"' })],
    ['it says that it is not compressed', rawPost(good, { 'content-encoding': 'identity' })],
    ['its Host is an address', rawPost(good, { host: '[::1]:4000' })],
    [
      'it comes in chunks',
      line('POST /graphql HTTP/1.1', 'content-type: application/json', 'transfer-encoding: chunked').concat(
        `${good.length.toString(16)}\r\n${good}\r\n0\r\n\r\n`,
      ),
    ],
    [
      'a value has the name of a refused key',
      post({ query: `# "__proto__"\n${query}`, variables: { a: '__proto__' } }),
    ],
    ['its address is an absolute url', get(`http://localhost/graphql?query=${encodeURIComponent(query)}`)],
    ['its variables are null', post({ query, variables: null, extensions: null, operationName: null })],
  ])('%s', async (_when, bytes) => {
    expect(await sendRaw(gateway.url, bytes)).toMatchObject({ status: 200, body: answer })
  })

  test('a browser sends a preflight, valid or not', async () => {
    const reply = await sendRaw(gateway.url, line('OPTIONS /graphql HTTP/1.1', 'origin: https://blog.example'))
    expect(reply.status).toBe(204)
  })

  test('a health check speaks HTTP/1.0', async () => {
    expect(await sendRaw(gateway.url, 'GET /health/live HTTP/1.0\r\n\r\n')).toMatchObject({ status: 200 })
  })
})
