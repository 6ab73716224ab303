import { execFileSync, spawn } from 'node:child_process'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import pg from 'pg'
import { expect, test } from 'vitest'

test.each([
  ['start a process', () => spawn('java')],
  ['start a process', () => execFileSync('java')],
  ['listen on a port', () => createServer().listen(0)],
  ['open a connection', () => connect(1)],
  ['open a connection', () => new pg.Client('postgres://localhost').connect()],
  ['open a connection', () => fetch('http://127.0.0.1:9000').catch(({ cause }) => Promise.reject(cause))],
])('a unit test may not %s', async (what, attempt) => {
  await expect(async () => attempt()).rejects.toThrow(`A unit test may not ${what}`)
})
