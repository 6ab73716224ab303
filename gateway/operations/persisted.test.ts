import { expect, test } from 'vitest'
import { sha256 } from './manifest.ts'
import { admit } from './persisted.ts'

const body = '{ registered }'
const other = '{ other }'
const registered = new Map([[sha256(body), body]])
const id = (text: string) => ({ persistedQuery: { version: 1, sha256Hash: sha256(text) } })
const refused = (code: string) => ({ refused: { code, message: expect.any(String) } })

test.each([
  ['its id', { extensions: id(body) }],
  ['its body', { query: body }],
  ['its id and body', { query: body, extensions: id(body) }],
])('a registered operation runs by %s, enforced or not', (_, request) => {
  for (const enforced of [false, true]) expect(admit(request, registered, enforced)).toEqual({ registered: body })
})

test.each([
  ['another body', { query: other }, 'free'],
  ['another body with its id', { query: other, extensions: id(other) }, 'free'],
  ['an unknown id', { extensions: id(other) }, 'free'],
  ['nothing', {}, 'free'],
  ['a body and the id of a registered one', { query: other, extensions: id(body) }, refused('BAD_REQUEST')],
  ['a registered body and the id of another', { query: body, extensions: id(other) }, refused('BAD_REQUEST')],
  [
    'an id of another version',
    { query: body, extensions: { persistedQuery: { version: 2, sha256Hash: sha256(body) } } },
    refused('BAD_REQUEST'),
  ],
  [
    'an id that is no hash',
    { extensions: { persistedQuery: { version: 1, sha256Hash: 'a' } } },
    refused('BAD_REQUEST'),
  ],
])('%s is not registered, so that it does not run where that is enforced', (_, request, admitted) => {
  expect(admit(request, registered, false)).toEqual(admitted)
  expect(admit(request, registered, true)).toEqual(refused('PERSISTED_OPERATION_REQUIRED'))
})
