import Fastify from 'fastify'
import { expect, test } from 'vitest'
import { sessionCookies } from './cookies.ts'
import { sessionRoutes } from './routes.ts'

const own = { 'sec-fetch-site': 'same-origin' }
const fails = () => Promise.reject(new Error('a fault of our own'))

test('signing out clears the cookies also when asking users fails unexpectedly', async () => {
  const server = Fastify()
  const cookies = sessionCookies({ secure: false })
  sessionRoutes(server, cookies, () => ({ signIn: fails, refresh: fails, signOut: fails }))
  const reply = await server.inject({
    method: 'DELETE',
    url: '/session',
    headers: { ...own, cookie: 'inkstream_access=a; inkstream_refresh=r' },
  })
  expect(reply.statusCode).toBe(500)
  expect(reply.headers['set-cookie']).toEqual(cookies.clear())
  await server.close()
})

test.each([
  ['inkstream_access=a; inkstream_refresh=r', { access: 'a', refresh: 'r' }],
  ['inkstream_access=mine; inkstream_access=theirs; inkstream_refresh=r', { access: undefined, refresh: 'r' }],
  ['inkstream_access=same;inkstream_access=same', { access: undefined, refresh: undefined }],
  [undefined, { access: undefined, refresh: undefined }],
])('a cookie that comes twice is nobody’s: %s', (header, read) => {
  expect(sessionCookies({ secure: false }).read(header)).toEqual(read)
})
