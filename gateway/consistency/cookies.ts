import { randomBytes } from 'node:crypto'
import { GOOD_FOR_S } from './entry.ts'

/** One cookie for each token: replies to concurrent requests would overwrite a single one. */
const PREFIX = 'consistency-'

/** A cookie that brought a token, from a request's header `cookie`. */
export type TokenCookie = { readonly name: string; readonly token: string }

export function cookieTokens(header: string | undefined): readonly TokenCookie[] {
  return (header?.split(';') ?? []).flatMap((pair) => {
    const [, name, token] = /^\s*([^=\s]+)=\s*"?([^"]*?)"?\s*$/.exec(pair) ?? []
    return name?.startsWith(PREFIX) && token !== undefined ? [{ name, token }] : []
  })
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
