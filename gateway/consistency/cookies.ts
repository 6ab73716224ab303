import { randomBytes } from 'node:crypto'
import { GOOD_FOR_S } from './entry.ts'

/** One cookie for each token: replies to concurrent requests would overwrite a single one. */
const PREFIX = 'consistency-'

/** A cookie that brought a token, from a request's header `cookie`. */
export type TokenCookie = { readonly name: string; readonly token: string }

/** More than a request may have, so that too many are noticed; and few enough that a reply can name them to remove them. */
const MOST_READ = 50

export function cookieTokens(header: string | undefined): readonly TokenCookie[] {
  return (header?.split(';') ?? [])
    .map((pair) => {
      // No regular expression: a value of spaces would take it cubic time.
      const sign = pair.indexOf('=')
      const value = pair.slice(sign + 1).trim()
      const isQuoted = value.length > 1 && value.startsWith('"') && value.endsWith('"')
      return { name: pair.slice(0, Math.max(0, sign)).trim(), token: isQuoted ? value.slice(1, -1) : value }
    })
    .filter(({ name }) => name.startsWith(PREFIX) && !/\s/.test(name))
    .slice(0, MOST_READ)
}

/**
 * Values of `set-cookie` for a reply with a token: the new one is stored, and those that it stands for are removed.
 * Scripts need not read them, and other sites' pages do not send them.
 * @param secure whether the client came by https
 */
export function setCookies(token: string, replaced: readonly string[], secure: boolean): readonly string[] {
  const attributes = `Path=/graphql; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`
  return [
    `${PREFIX}${randomBytes(6).toString('hex')}=${token}; Max-Age=${GOOD_FOR_S}; ${attributes}`,
    ...replaced.map((name) => `${name}=; Max-Age=0; ${attributes}`),
  ]
}
