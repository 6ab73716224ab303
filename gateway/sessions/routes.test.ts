import Fastify from 'fastify'
import { describe, expect, test } from 'vitest'
import { sessionCookies } from './cookies.ts'
import { sessionRoutes } from './routes.ts'

const own = { 'sec-fetch-site': 'same-origin' }
const fails = () => Promise.reject(new Error('an unexpected fault'))

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

describe('a body', () => {
  const none = { user: null, expiresAt: null, errors: [{ code: 'INVALID_SESSION', message: '', path: [] }] }
  const post = async (url: string, payload: string) => {
    await using server = Fastify()
    const rejected = async () => ({ ...none, status: 200, headers: {}, tokens: null })
    sessionRoutes(server, sessionCookies({ secure: false }), () => ({
      signIn: rejected,
      refresh: rejected,
      signOut: rejected,
    }))
    const headers = { ...own, cookie: 'inkstream_refresh=r', 'content-type': 'application/json' }
    return await server.inject({ method: 'POST', url, payload, headers })
  }

  test.each([
    '"a secret"',
    'a secret',
    '["a secret"]',
    '{"password":"a secret"',
    '{"__proto__":"a secret"}',
    '1',
    'null',
  ])('of another format is refused and not quoted: %s', async (body) => {
    const { statusCode, body: text } = await post('/session', body)
    expect(statusCode).toBe(400)
    expect(text).toMatch(/"The body (must be|is not valid JSON)/)
    expect(text).not.toMatch(/secret|proto/)
  })

  test('that is empty is none, whatever its content type', async () => {
    expect((await post('/session/refresh', '')).statusCode).toBe(200)
    expect((await post('/session', '')).statusCode).toBe(400)
  })
})

test.each([
  ['inkstream_access=a; inkstream_refresh=r', { access: 'a', refresh: 'r' }],
  ['inkstream_access=mine; inkstream_access=theirs; inkstream_refresh=r', { access: undefined, refresh: 'r' }],
  ['inkstream_access=same;inkstream_access=same', { access: undefined, refresh: undefined }],
  [undefined, { access: undefined, refresh: undefined }],
])('a cookie that comes twice is nobody’s: %s', (header, read) => {
  expect(sessionCookies({ secure: false }).read(header)).toEqual(read)
})
