import type { FastifyRequest } from 'fastify'
import type { SessionCookies } from './cookies.ts'
import { originOf } from './origin.ts'

/**
 * What identifies the caller of /graphql, as a header `authorization`: the request's own wins, then the access token in
 * its cookie, if a page of the gateway's own origin sent it. Another page's request is anonymous. Apollo Server has
 * refused simple requests, which a form or a link could make, before this is asked.
 * @param cookies undefined where sessions of browsers are not in use
 */
export function credentialsOf(request: FastifyRequest, cookies: SessionCookies | undefined): string | undefined {
  const { authorization, cookie } = request.headers
  if (authorization !== undefined || !cookies || originOf(request) !== 'own') return authorization
  const { access } = cookies.read(cookie)
  return access === undefined ? undefined : bearer(access)
}

export const bearer = (accessToken: string): string => `Bearer ${accessToken}`
