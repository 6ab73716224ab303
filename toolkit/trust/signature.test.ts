import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { contentDigest, signatureOf } from './http-signature.ts'
import type { Keys, KeysByPeer } from './keys.ts'
import { CALLER_HEADER, type SignedRequest, sign, verify } from './signature.ts'

const key = { id: '1', secret: 'the secret of gateway and posts' }
const peers: KeysByPeer = new Map<string, Keys>([
  ['gateway', [key]],
  ['comments', [{ id: '1', secret: 'the secret of comments and posts' }]],
])
const now = 1_800_000_000_000

const request = (changes: Partial<Omit<SignedRequest, 'header'>> & { headers?: Record<string, string> } = {}) => {
  const { headers, ...rest } = changes
  const all: Record<string, string> = { [CALLER_HEADER]: 'ada', traceparent: '00-aa-bb-01', ...headers }
  return {
    method: 'POST',
    path: '/graphql?a=b',
    body: '{"query":"{ a }"}',
    ...rest,
    headers: all,
    header: (name: string) => all[name],
  }
}

/** A request as it arrives: signed as `original`, and changed on the way. */
function arrived(changes: Parameters<typeof request>[0] = {}, original = request(), signer = 'gateway', by = key) {
  const signature = sign(signer, by, original, now)
  return request({ ...changes, headers: { ...original.headers, ...signature, ...changes.headers } })
}

test('a correctly signed request is accepted as from its caller', () => {
  expect(verify(peers, arrived(), now)).toEqual({ caller: 'gateway' })
  expect(verify(peers, arrived({ body: Buffer.from('{"query":"{ a }"}') }), now)).toEqual({ caller: 'gateway' })
})

describe('is refused when it', () => {
  const unfit = { refused: { reason: 'wrong_signature', caller: 'gateway' } }
  test.each([
    ['has another method', { method: 'GET' }],
    ['has another path', { path: '/graphql/?a=b' }],
    ['has another query', { path: '/graphql?a=c' }],
    ['has no query', { path: '/graphql' }],
    ['has another digest', { headers: { 'content-digest': contentDigest('{"query":"{ b }"}') } }],
    ['speaks for somebody else', { headers: { [CALLER_HEADER]: 'mallory' } }],
    ['has another trace', { headers: { traceparent: '00-cc-dd-01' } }],
  ])('%s', (_when, changes) => expect(verify(peers, arrived(changes), now)).toEqual(unfit))

  test('has a changed body', () =>
    expect(verify(peers, arrived({ body: '{"query":"{ b }"}' }), now)).toEqual({
      refused: { reason: 'wrong_digest', caller: 'gateway' },
    }))

  test.each([CALLER_HEADER, 'traceparent', 'content-digest'])('lacks %s, which was signed', (name) => {
    const { header, ...rest } = arrived()
    const lacking = { ...rest, header: (asked: string) => (asked === name ? undefined : header(asked)) }
    expect(verify(peers, lacking, now)).toEqual({ refused: { reason: 'missing_component', caller: 'gateway' } })
  })

  test.each([CALLER_HEADER, 'traceparent'])('has %s, which was not signed', (name) => {
    const { header, ...rest } = request()
    const original = { ...rest, header: (asked: string) => (asked === name ? undefined : header(asked)) }
    const headers = sign('gateway', key, original, now)
    expect(verify(peers, request({ headers }), now)).toEqual({ refused: { reason: 'not_covered', caller: 'gateway' } })
  })

  test.each(['@method', '@path', '@query', 'content-digest'])('has a signature that does not cover %s', (name) => {
    const { 'signature-input': input = '', ...headers } = sign('gateway', key, request(), now)
    const less = { ...headers, 'signature-input': input.replace(`"${name}" `, '') }
    expect(verify(peers, request({ headers: less }), now)).toEqual({
      refused: { reason: 'not_covered', caller: 'gateway' },
    })
  })

  test('is not signed', () => {
    const requests: Record<string, string>[] = [
      {},
      { 'signature-input': '', signature: '' },
      { 'signature-input': 'sig1=("@method");created=1;keyid="k"', signature: 'sig1=:YQ==:' },
      { 'inkstream-signature': 'v1 gateway 1 1800000000000 abc' },
    ]
    for (const headers of requests)
      expect(verify(peers, request({ headers }), now)).toEqual({ refused: { reason: 'unsigned' } })
  })

  test('has half a signature', () => {
    const { signature = '', 'signature-input': input = '' } = sign('gateway', key, request(), now)
    for (const headers of [{ signature }, { 'signature-input': input }] as Record<string, string>[])
      expect(verify(peers, request({ headers }), now)).toEqual({ refused: { reason: 'malformed' } })
  })

  test('is older or newer than 30 seconds', () => {
    for (const skew of [-30_001, 30_001])
      expect(verify(peers, arrived(), now + skew)).toEqual({
        refused: { reason: 'stale', caller: 'gateway', aheadS: skew > 0 ? -30 : 30 },
      })
    for (const skew of [-30_000, 30_000]) expect(verify(peers, arrived(), now + skew)).toHaveProperty('caller')
  })

  test('is stale and signed by another key, without revealing the clock', () =>
    expect(
      verify(peers, arrived({}, request(), 'gateway', { ...key, secret: 'another secret' }), now + 60_000),
    ).toEqual(unfit))

  test('has an unknown caller or an unknown key', () => {
    const unknown = { reason: 'unknown_key' }
    expect(verify(peers, arrived({}, request(), 'nobody'), now)).toEqual({ refused: unknown })
    expect(verify(peers, arrived({}, request(), 'gateway', { ...key, id: '2' }), now)).toEqual({
      refused: { ...unknown, caller: 'gateway' },
    })
  })

  test('is signed as the gateway by a sibling, who has another key', () =>
    expect(
      verify(peers, arrived({}, request(), 'gateway', { id: '1', secret: 'the secret of comments and posts' }), now),
    ).toEqual(unfit))
})

test('during key rotation both keys are valid', () => {
  const newer = { id: '2', secret: 'the next secret of gateway and posts' }
  const rotating: KeysByPeer = new Map<string, Keys>([['gateway', [newer, key]]])
  for (const by of [key, newer])
    expect(verify(rotating, arrived({}, request(), 'gateway', by), now)).toEqual({ caller: 'gateway' })
})

test('a signature may cover unknown headers', () => {
  const { 'signature-input': input = '', ...headers } = sign('gateway', key, request(), now)
  const params = input.replace('inkstream=(', '("x-tenant" ')
  const values = { '@method': 'POST', '@path': '/graphql', '@query': '?a=b', 'x-tenant': 't1', ...request().headers }
  const all: Record<string, string> = { ...headers, ...values, 'signature-input': `inkstream=${params}` }
  const components = [...params.matchAll(/"([^"]+)"(?=[ )])/g)].map(([, name = '']) => name)
  const signature = `inkstream=:${signatureOf(key.secret, { components, params }, (name) => all[name])}:`
  expect(verify(peers, request({ headers: { ...all, signature } }), now)).toEqual({ caller: 'gateway' })
  expect(verify(peers, request({ headers: { ...all, signature, 'x-tenant': 't2' } }), now)).toEqual({
    refused: { reason: 'wrong_signature', caller: 'gateway' },
  })
})

test('a request is refused if any covered part is changed', () => {
  const text = fc.string({ minLength: 1, maxLength: 40 })
  const part = fc.constantFrom('method', 'path', 'body', CALLER_HEADER, 'traceparent', 'signature', 'signature-input')
  fc.assert(
    fc.property(
      text,
      text,
      text,
      part,
      fc.nat(),
      fc.integer({ min: 1, max: 127 }),
      (path, body, who, what, place, flip) => {
        const original = request({ path: `/${path}`, body, headers: { [CALLER_HEADER]: who } })
        const signed = { ...original, headers: { ...original.headers, ...sign('gateway', key, original, now) } }
        const { header: _, ...intact } = signed
        expect(verify(peers, request(intact), now)).toEqual({ caller: 'gateway' })
        const parts: Record<string, string> = { method: signed.method, path: signed.path, body, ...signed.headers }
        const bytes = Buffer.from(parts[what] ?? '', 'latin1')
        bytes[place % bytes.length] = (bytes[place % bytes.length] ?? 0) ^ flip
        const {
          method = '',
          path: changedPath = '',
          body: changedBody = '',
          ...headers
        } = {
          ...parts,
          [what]: bytes.toString('latin1'),
        }
        expect(verify(peers, request({ method, path: changedPath, body: changedBody, headers }), now)).toHaveProperty(
          'refused',
        )
      },
    ),
  )
})
