import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { refusalMessage } from '../http/refusals.ts'
import type { SessionCookies } from './cookies.ts'
import { endSession } from './end.ts'
import { readOpening, requireJson, requireNoBody, requireOwnOrigin, secretBodies } from './requests.ts'
import { type AskUsers, nothing, type UsersAnswer } from './users.ts'

/** What happens to the cookies of a session. */
type Then = 'store' | 'clear' | 'keep'

const noSession: UsersAnswer = {
  ...nothing,
  errors: [{ code: 'INVALID_SESSION', message: 'Nobody is signed in here: sign in.', path: [] }],
}

/**
 * Sessions of browsers: /session opens, refreshes and ends them, and keeps their tokens in cookies that no script can
 * read. No reply has a token. All replies of these routes have one format, refusals included.
 * @param users asks users for the client of a request
 */
export function sessionRoutes(
  server: FastifyInstance,
  cookies: SessionCookies,
  users: (request: FastifyRequest, reply: FastifyReply) => AskUsers,
): void {
  const answer = (reply: FastifyReply, { status, headers, user, tokens, errors }: UsersAnswer, then: Then) => {
    if (then === 'store' && tokens) reply.header('set-cookie', cookies.store(tokens, Date.now()))
    if (then === 'clear') reply.header('set-cookie', cookies.clear())
    return reply
      .code(status)
      .headers(headers)
      .send({ user, expiresAt: tokens?.expiresAt ?? null, errors })
  }

  server.register(async (routes) => {
    secretBodies(routes)
    routes.setErrorHandler((error: FastifyError & { readonly headers?: Record<string, string> }, _request, reply) => {
      const { statusCode: status = 500, headers = {} } = error
      if (status >= 500) throw error
      const errors = [{ code: 'BAD_REQUEST', message: refusalMessage(error), path: [] }]
      return answer(reply, { ...nothing, status, headers, errors }, 'keep')
    })
    routes.addHook('onRequest', async (request, reply) => {
      reply.header('vary', 'cookie')
      requireOwnOrigin(request)
      requireJson(request)
    })

    routes.post('/session', async (request, reply) => {
      const opening = readOpening(request.body)
      const ask = users(request, reply)
      const opened = 'email' in opening ? await ask.signIn(opening) : await ask.refresh(opening.refreshToken)
      return answer(reply, opened, 'store')
    })

    routes.post('/session/refresh', async (request, reply) => {
      requireNoBody(request.body)
      const { refresh } = cookies.read(request.headers.cookie)
      if (refresh === undefined) return answer(reply, noSession, 'clear')
      const refreshed = await users(request, reply).refresh(refresh)
      const isOver = refreshed.errors.some(({ code }) => code === 'INVALID_SESSION')
      return answer(reply, refreshed, isOver ? 'clear' : 'store')
    })

    routes.delete('/session', async (request, reply) => {
      requireNoBody(request.body)
      // Before anything can fail: the page is signed out in any case.
      reply.header('set-cookie', cookies.clear())
      return answer(reply, await endSession(cookies.read(request.headers.cookie), users(request, reply)), 'keep')
    })
  })
}
