import { expect, test } from 'vitest'
import { Busy, databaseFault, WriteDatabaseBehind } from './faults.ts'

const error = (fields: object, message = 'something') => Object.assign(new Error(message), fields)
const raw = (cause: object) => error({ code: 'P2010', meta: { driverAdapterError: { cause } } })

test.each([
  ['a lock that is held', raw({ kind: 'postgres', originalCode: '55P03' }), 'BUSY'],
  ['a command that waited for its turn', new Busy(), 'BUSY'],
  ['a raw statement without a server', raw({ kind: 'DatabaseNotReachable' }), 'DATABASE_UNAVAILABLE'],
  ['a raw statement on a closed connection', raw({ kind: 'ConnectionClosed' }), 'DATABASE_UNAVAILABLE'],
  ['a raw statement whose socket timed out', raw({ kind: 'SocketTimeout' }), 'DATABASE_UNAVAILABLE'],
  ['a transaction that could not be opened', error({ cause: { kind: 'ConnectionClosed' } }), 'DATABASE_UNAVAILABLE'],
  ['a server that shuts down', raw({ kind: 'postgres', originalCode: '57P01' }), 'DATABASE_UNAVAILABLE'],
  ['a statement that took too long', raw({ kind: 'postgres', originalCode: '57014' }), 'DATABASE_UNAVAILABLE'],
  ['a transaction that took too long', raw({ kind: 'postgres', originalCode: '25P04' }), 'DATABASE_UNAVAILABLE'],
  ['too many connections', raw({ kind: 'TooManyConnections', originalCode: '53300' }), 'DATABASE_UNAVAILABLE'],
  ["Prisma's own time-out", error({ code: 'P2028' }), 'DATABASE_UNAVAILABLE'],
  ['a refused socket', error({ code: 'ECONNREFUSED' }), 'DATABASE_UNAVAILABLE'],
  ['a host without a route', error({ code: 'EHOSTUNREACH' }), 'DATABASE_UNAVAILABLE'],
  ['an answer that did not come', error({}, 'Query read timeout'), 'DATABASE_UNAVAILABLE'],
  ['a restored database', new WriteDatabaseBehind(), 'WRITE_DATABASE_BEHIND'],
  ['a missing table', raw({ kind: 'TableDoesNotExist', originalCode: '42P01' }), undefined],
  ['a violated index', error({ code: 'P2002' }), undefined],
  ['any other fault', error({ cause: new Error('why') }), undefined],
  ['no error', 'text', undefined],
])('%s', (_, fault, expected) => expect(databaseFault(fault)).toBe(expected))
