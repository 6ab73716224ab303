import { describe, expect, test } from 'vitest'
import type { Keys, KeysByPeer } from './keys.ts'
import { CALLER_HEADER, SIGNATURE_HEADER, type SignedRequest, sign, verify } from './signature.ts'

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

/** As it arrives: signed as `original`, and changed on the way. */
function arrived(changes: Parameters<typeof request>[0] = {}, original = request(), signer = 'gateway', by = key) {
  const signature = sign(signer, by, original, now)
  return request({ ...changes, headers: { ...original.headers, [SIGNATURE_HEADER]: signature, ...changes.headers } })
}

test('a request arrives from whom it says', () => {
  expect(verify(peers, arrived(), now)).toEqual({ caller: 'gateway' })
  expect(verify(peers, arrived({ body: Buffer.from('{"query":"{ a }"}') }), now)).toEqual({ caller: 'gateway' })
})

describe('is refused when it', () => {
  const unfit = { refused: { reason: 'wrong_signature', caller: 'gateway' } }
  test.each([
    ['has another method', { method: 'GET' }],
    ['has another path', { path: '/graphql?a=c' }],
    ['has another body', { body: '{"query":"{ b }"}' }],
    ['speaks for somebody else', { headers: { [CALLER_HEADER]: 'mallory' } }],
    ['has another trace', { headers: { traceparent: '00-cc-dd-01' } }],
  ])('%s', (_when, changes) => expect(verify(peers, arrived(changes), now)).toEqual(unfit))

  test('lacks a header that was signed', () => {
    const { headers, ...rest } = arrived()
    const { [CALLER_HEADER]: _, ...left } = headers
    expect(verify(peers, { ...rest, header: (name) => left[name as keyof typeof left] }, now)).toEqual(unfit)
  })

  test('is not signed', () =>
    expect(verify(peers, request(), now)).toEqual({
      refused: { reason: 'unsigned' },
    }))

  test.each([
    '',
    'v1',
    'v2 gateway 1 1800000000000 abc',
    'v1 gateway 1 soon abc',
    'v1 gateway 1 1800000000000 abc more',
  ])('has the signature %j', (signature) =>
    expect(verify(peers, request({ headers: { [SIGNATURE_HEADER]: signature } }), now)).toEqual({
      refused: { reason: signature ? 'malformed' : 'unsigned' },
    }),
  )

  test('is older or newer than 30 seconds', () => {
    for (const skew of [-30_001, 30_001])
      expect(verify(peers, arrived(), now + skew)).toEqual({
        refused: { reason: 'stale', caller: 'gateway', aheadS: skew > 0 ? -30 : 30 },
      })
    for (const skew of [-30_000, 30_000]) expect(verify(peers, arrived(), now + skew)).toHaveProperty('caller')
  })

  test('is stale and signed by another key, without a word about the clock', () =>
    expect(
      verify(peers, arrived({}, request(), 'gateway', { ...key, secret: 'another secret' }), now + 60_000),
    ).toEqual(unfit))

  test('comes from somebody unknown, or by a key that is unknown', () => {
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

test('while keys are rotated both are good', () => {
  const newer = { id: '2', secret: 'the next secret of gateway and posts' }
  const rotating: KeysByPeer = new Map<string, Keys>([['gateway', [newer, key]]])
  for (const by of [key, newer])
    expect(verify(rotating, arrived({}, request(), 'gateway', by), now)).toEqual({ caller: 'gateway' })
})
