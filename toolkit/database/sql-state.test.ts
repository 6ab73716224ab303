import { expect, test } from 'vitest'
import { sqlState, violatedIndex } from './sql-state.ts'

const adapter = { originalCode: '23505', constraint: { index: 'posts_slug_key' } }

test.each([
  ['an error of pg’s', { code: '23505' }, '23505'],
  ['one that PL/pgSQL raised', { code: 'P0001' }, 'P0001'],
  ['what Prisma’s adapter said', { code: 'P2010', meta: { driverAdapterError: { cause: adapter } } }, '23505'],
  ['what it said when no transaction could be opened', { cause: { originalCode: '57P03' } }, '57P03'],
  ['Prisma’s word for a unique index', { code: 'P2002' }, '23505'],
  ['Prisma’s word for a deadlock', { code: 'P2034' }, '40001'],
  ['another code of Prisma’s', { code: 'P1001' }, undefined],
  ['a connection that broke', { code: 'ECONNRESET' }, undefined],
  ['a pipe that broke', { code: 'EPIPE' }, undefined],
  ['no error', undefined, undefined],
])('of %s', (_, error, expected) => expect(sqlState(error)).toBe(expected))

test('a violated unique index is named', () => {
  expect(violatedIndex({ meta: { driverAdapterError: { cause: adapter } } })).toBe('posts_slug_key')
  expect(violatedIndex({ cause: { originalCode: '23503', constraint: { index: 'a' } } })).toBeUndefined()
})
