import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { badRequest } from '../http/bad-request.ts'
import { decode, parseJson } from '../http/json-body.ts'
import { originOf } from './origin.ts'

const opening = z.union([
  z.strictObject({ email: z.string(), password: z.string() }),
  z.strictObject({ refreshToken: z.string() }),
])

/** What opens a session: an account's credentials, or the refresh token of a session that another request opened. */
export type Opening = z.infer<typeof opening>

/**
 * Parses the bodies of these routes. An empty one is none, since many clients send the content type always. No message
 * quotes a body, as those for GraphQL do: it may be a password or a token.
 */
export function secretBodies(routes: FastifyInstance): void {
  routes.removeContentTypeParser('application/json')
  routes.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (_: FastifyRequest, body: Buffer) => {
    if (body.length === 0) return undefined
    const text = decode(body)
    try {
      return parseJson(text, 'The body')
    } catch {
      throw badRequest(400, 'The body is not valid JSON.')
    }
  })
}

/** @throws a 400 for any other body; it quotes nothing of it */
export function readOpening(body: unknown): Opening {
  const { data } = opening.safeParse(body)
  if (!data)
    throw badRequest(400, 'The body must be { "email": …, "password": … } or { "refreshToken": … }, all of them texts.')
  return data
}

/** @throws a 400 for a body that says something: it would be ignored */
export function requireNoBody(body: unknown): void {
  if (!z.strictObject({}).nullish().safeParse(body).success)
    throw badRequest(400, 'This request has no body: leave it out, with its content type.')
}

/** @throws a 403 when a page of another origin sent the request, so that no other site can sign anybody in or out */
export function requireOwnOrigin(request: FastifyRequest): void {
  if (originOf(request) === 'other')
    throw badRequest(403, 'Only pages of the same origin may use /session; see docs/guides/browser-sessions.md.')
}

/** @throws a 415 for a content type that a form can send, or any other but JSON */
export function requireJson({ headers }: FastifyRequest): void {
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase()
  if (type !== undefined && type !== 'application/json')
    throw badRequest(415, 'Unsupported Media Type: send the request as application/json.')
}
