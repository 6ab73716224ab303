import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { contentDigest, hasDigestOf, signatureOf, signatureParams, signatureReader } from './http-signature.ts'

/** RFC 9421, appendix B.2.5, with the key of B.1.5. */
const rfc = {
  secret: Buffer.from(
    'uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ==',
    'base64',
  ),
  input: 'sig-b25=("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret"',
  signature: 'sig-b25=:pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=:',
  values: new Map([
    ['date', 'Tue, 20 Apr 2021 02:07:55 GMT'],
    ['@authority', 'example.com'],
    ['content-type', 'application/json'],
  ]),
}

test('signs and reads as RFC 9421 does in its example of HMAC-SHA256', () => {
  const about = {
    components: ['date', '@authority', 'content-type'],
    created: 1_618_884_473,
    keyId: 'test-shared-secret',
  }
  const params = signatureParams(about)
  const signature = signatureOf(rfc.secret, { ...about, params }, (name) => rfc.values.get(name))
  expect([`sig-b25=${params}`, `sig-b25=:${signature}:`]).toEqual([rfc.input, rfc.signature])
  expect(signatureReader('sig-b25')(rfc.input, rfc.signature)).toEqual({ ...about, params, signature })
})

test('digests a body as RFC 9530 does', () => {
  // The example in its appendix B.1, and an empty body.
  expect(contentDigest('{"hello": "world"}\n')).toBe('sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:')
  expect(contentDigest('')).toBe('sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:')
})

test('finds the digest among those of other algorithms', () => {
  const digest = contentDigest('a')
  for (const header of [digest, `sha-512=:YQ==:,\t${digest}`, `${digest}, unixsum=:YQ==:`])
    expect([header, hasDigestOf(header, 'a'), hasDigestOf(header, 'b')]).toEqual([header, true, false])
  for (const header of ['', 'sha-512=:YQ==:', `${digest};a=1`, `${digest}, ${digest}`, `${digest},`, `a ${digest}`])
    expect([header, hasDigestOf(header, 'a')]).toEqual([header, false])
})

const mac = `:${'a'.repeat(43)}=:`
const reader = signatureReader('us')
const read = (input: string, signature = `us=${mac}`) => reader(input, signature)

test('equivalent structured fields are read as the same', () => {
  const spaces = fc.stringMatching(/^ *$/, { maxLength: 3 })
  const canonical = '("@method" "a");keyid="k";created=7;alg="hmac-sha256"'
  fc.assert(
    fc.property(spaces, spaces, spaces, spaces, spaces, (a, b, c, d, e) => {
      const input = `us=(${a}"@method" ${b}"a"${c});${d}keyid="k";${e}created=7;alg="hmac-sha256"`
      expect(read(input)).toMatchObject({ components: ['@method', 'a'], created: 7, keyId: 'k', params: canonical })
    }),
  )
})

describe('a signature among others', () => {
  const ours = 'us=("a");created=7;keyid="k"'
  test.each([
    'other=();created=1;expires=2;nonce="\\"";tag="t";keyid="k"',
    'other=("a";sf "b";key="c" "@query-param";name="q");created=1',
    'other=1.5;a=?1;b=@3;c=%"d"',
    'other',
    'other;a',
    'other=:YQ==:',
    'other=*token/a',
  ])('is found next to %s', (other) => {
    for (const input of [`${other}, ${ours}`, `${ours},\t ${other}`, `${ours},${other}`])
      expect([input, read(input, `x=:YQ==: , us=${mac}`)]).toMatchObject([input, { keyId: 'k' }])
    expect(read(other, 'other=:YQ==:')).toBe('unsigned')
  })
})

describe('is malformed:', () => {
  test.each([
    '',
    'us',
    'us=1',
    'us=();created=7;keyid="k"',
    'us=(a);created=7;keyid="k"',
    'us=("A");created=7;keyid="k"',
    'us=("a" "a");created=7;keyid="k"',
    'us=("a""b");created=7;keyid="k"',
    'us=("a";sf);created=7;keyid="k"',
    'us=("@query-param";name="b");created=7;keyid="k"',
    'us=("@@a");created=7;keyid="k"',
    'us=("a");created=7',
    'us=("a");keyid="k"',
    'us=("a");created;keyid="k"',
    'us=("a");created=-7;keyid="k"',
    'us=("a");created=07;keyid="k"',
    'us=("a");created=7.5;keyid="k"',
    'us=("a");created="7";keyid="k"',
    'us=("a");created=1234567890123456;keyid="k"',
    'us=("a");created=7;keyid=k',
    'us=("a");created=7;keyid="\\"k"',
    'us=("a");created=7;keyid="a k"',
    'us=("a");created=7;keyid=""',
    'us=("a");created=7;keyid="k";alg',
    'us=("a");created=7;created=8;keyid="k"',
    'us=("a");created=7;keyid="k";alg="ed25519"',
    'us=("a");created=7;keyid="k";alg=hmac-sha256',
    'us=("a");created=7;keyid="k";expires=9',
    'us=("a");created=7;keyid="k";nonce="n"',
    'us=("a");created=7;keyid="k";__proto__=1',
    'us=("a");created=7;keyid="k" more',
    'us=("a");created=7;keyid="k",',
    'us=("a");created=7;keyid="k", us=("a");created=8;keyid="k"',
    'us=("a");created=7;keyid="k", other=(',
    ', us=("a");created=7;keyid="k"',
    'us=("a"\n);created=7;keyid="k"',
  ])('%j', (input) => expect(read(input)).toBe('malformed'))

  test.each([
    '',
    'us',
    'us=""',
    'us=::',
    'us=:YQ==:',
    `us=${mac};a`,
    `us=${mac}, us=${mac}`,
    `us=:${'-'.repeat(43)}=:`,
    `us=${mac}, o=(`,
  ])('with the signature %j', (signature) => expect(read('us=("a");created=7;keyid="k"', signature)).toBe('malformed'))
})

test('reading takes little time for any headers', () => {
  const alphabet = fc.constantFrom(...'us=() ";:@*,?%\\a1.-\t')
  fc.assert(
    fc.property(fc.string({ unit: alphabet, maxLength: 200 }), (text) => {
      for (const input of [text, `us=("a");created=7;keyid="k"${text}`, `us=("a"${text}`])
        expect(['unsigned', 'malformed', 'object']).toContain(typeof read(input) === 'object' ? 'object' : read(input))
    }),
    { numRuns: 500 },
  )
  for (const part of ['(', '("a" ', 'a', ' ', ';a', '"', '\\"', 'a=1,', 'a=("a" "b" ', '*', ';a=a'])
    for (const start of ['us=("a"', 'us=', '']) {
      const started = performance.now()
      read(start + part.repeat(16_000 / part.length))
      expect([start, part, performance.now() - started < 250]).toEqual([start, part, true])
    }
})
