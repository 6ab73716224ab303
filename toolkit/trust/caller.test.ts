import { expect, test } from 'vitest'
import { decodeCaller, encodeCaller } from './caller.ts'

const userId = '01a2152c-edc3-7004-9cfb-964f8e2ddac6'
const signedIn = { userId, roles: ['moderator'], sessionId: null }

test.each([
  ['nobody', null],
  ['a user', signedIn],
])('the header of %s is the JSON that subgraphs of others read', (_, caller) => {
  const header = encodeCaller({ caller, address: '192.0.2.7' })
  expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual({ actor: caller, address: '192.0.2.7' })
  expect(decodeCaller(header)).toEqual({ caller, address: '192.0.2.7' })
})

test('a request without the header has no caller', () =>
  expect(decodeCaller(undefined)).toEqual({ caller: null, address: null }))

test('a header without a caller is a fault', () =>
  expect(() => decodeCaller(Buffer.from('{"address":null}').toString('base64url'))).toThrow())
