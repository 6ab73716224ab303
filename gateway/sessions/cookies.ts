import { type SetCookie, stringifySetCookie } from 'cookie'
import { readCookies } from '../http/cookies.ts'

/** The tokens of a session, as they are stored in cookies, and until when each is good. */
export type SessionTokens = {
  readonly accessToken: string
  /** When the access token expires, as ISO 8601. */
  readonly expiresAt: string
  readonly refreshToken: string
  /** When the session ends, as ISO 8601. */
  readonly endsAt: string
}

/** Reads and writes the cookies of sessions. Values of `set-cookie`. */
export type SessionCookies = {
  /** @param header `cookie` of a request */
  read(header: string | undefined): { readonly access: string | undefined; readonly refresh: string | undefined }
  /** Stores a session. @param now in milliseconds since 1970 */
  store(tokens: SessionTokens, now: number): readonly string[]
  /** Removes a session. */
  clear(): readonly string[]
}

/**
 * The access token goes to every path; the refresh token only to /session, and only from the gateway's own pages. No script
 * can read either. Scripts can read the third cookie: it says that somebody is signed in, so that only then a page asks to
 * refresh.
 * @param secure whether browsers may store and send them over https only; then the two with tokens have the prefix
 * `__Secure-`, which no page that came by plain http can set
 */
export function sessionCookies({ secure }: { readonly secure: boolean }): SessionCookies {
  const prefix = secure ? '__Secure-' : ''
  const access = { name: `${prefix}inkstream_access`, path: '/', httpOnly: true, secure, sameSite: 'lax' } as const
  const refresh = {
    name: `${prefix}inkstream_refresh`,
    path: '/session',
    httpOnly: true,
    secure,
    sameSite: 'strict',
  } as const
  const signedIn = { name: 'inkstream_signed_in', path: '/', secure, sameSite: 'lax' } as const
  const write = (cookie: Omit<SetCookie, 'value'>, value: string, maxAge: number) =>
    stringifySetCookie({ ...cookie, value, maxAge })
  return {
    read(header) {
      const cookies = readCookies(header)
      const names = (header ?? '').split(';').map((pair) => pair.split('=', 1)[0]?.trim())
      // Of two with one name, a neighbouring host may have set one, for its own account. Some clients keep a cookie that
      // was removed, without a value.
      const only = (name: string) =>
        names.indexOf(name) === names.lastIndexOf(name) ? cookies[name] || undefined : undefined
      return { access: only(access.name), refresh: only(refresh.name) }
    },
    store({ accessToken, expiresAt, refreshToken, endsAt }, now) {
      const secondsTo = (time: string) => Math.max(0, Math.floor((Date.parse(time) - now) / 1_000))
      return [
        write(access, accessToken, secondsTo(expiresAt)),
        write(refresh, refreshToken, secondsTo(endsAt)),
        write(signedIn, '1', secondsTo(endsAt)),
      ]
    },
    clear: () => [access, refresh, signedIn].map((cookie) => write(cookie, '', 0)),
  }
}
