import { randomBytes } from 'node:crypto'
import { stringifySetCookie } from 'cookie'
import { readCookies } from '../http/cookies.ts'
import { GOOD_FOR_S } from './entry.ts'

/** One cookie for each token: replies to concurrent requests would overwrite a single one. */
const PREFIX = 'consistency-'
/** Others cannot be written into a reply that removes them. */
const OWN_NAME = new RegExp(`^${PREFIX}[\\w-]+$`)

/** A cookie that brought a token, from a request's header `cookie`. */
export type TokenCookie = { readonly name: string; readonly token: string }

/** More than a request may have, so that too many are noticed; and few enough that a reply can name them to remove them. */
const MOST_READ = 50

export function cookieTokens(header: string | undefined): readonly TokenCookie[] {
  return Object.entries(readCookies(header))
    .map(([name, token = '']) => ({ name, token }))
    .filter(({ name }) => OWN_NAME.test(name))
    .slice(0, MOST_READ)
}

/**
 * Values of `set-cookie` for a reply with a token: the new one is stored, and those that it stands for are removed.
 * Scripts need not read them, and other sites' pages do not send them. They come with every path, so that a server that
 * renders pages gets them too, and can pass them on.
 * @param secure whether the client came by https
 */
export function setCookies(token: string, replaced: readonly string[], secure: boolean): readonly string[] {
  const write = (name: string, value: string, maxAge: number) =>
    stringifySetCookie({ name, value, maxAge, path: '/', httpOnly: true, secure, sameSite: 'lax' })
  return [
    write(`${PREFIX}${randomBytes(6).toString('hex')}`, token, GOOD_FOR_S),
    ...replaced.map((name) => write(name, '', 0)),
  ]
}
