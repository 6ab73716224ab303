import { vi } from 'vitest'
import { browserSession, type SessionUser } from './session.ts'

export const ada: SessionUser = { id: 'a', username: 'ada', fullName: 'Ada', avatarUrl: null }
export const bob: SessionUser = { ...ada, id: 'b', username: 'bob' }
export const MINUTES = 60_000

/** A browser's cookies and storage, which all its tabs share, and a gateway that sets the cookies. Time stands still. */
export function browser() {
  const stored = new Map<string, string>()
  const document = { cookie: '' }
  const sent: { readonly path: string; readonly method: string; readonly body: unknown; readonly headers: Headers }[] =
    []
  const gateway = {
    user: ada as SessionUser | null,
    /** Whether the access token is accepted. */
    valid: true,
    /** By how much its clock is ahead, in ms. */
    ahead: 0,
    /** How /session answers, unless as usual. */
    refuses: undefined as { readonly status: number; readonly code: string } | undefined,
  }
  const json = (body: object, status = 200) =>
    Response.json(body, { status, headers: { date: new Date(Date.now() + gateway.ahead).toUTCString() } })
  const signedIn = (is: boolean) => {
    document.cookie = is ? 'theme=dark; inkstream_signed_in=1' : 'theme=dark'
  }
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = input instanceof Request ? input : new Request(new URL(String(input), 'http://blog.test'), init)
    const path = new URL(request.url).pathname
    const text = await request.text()
    sent.push({
      path,
      method: request.method,
      body: text === '' ? undefined : JSON.parse(text),
      headers: request.headers,
    })
    await new Promise((resolve) => setImmediate(resolve))
    if (path === '/graphql')
      return gateway.valid
        ? json({ data: { it: true } })
        : json({ errors: [{ message: 'no', extensions: { code: 'INVALID_TOKEN' } }] }, 401)
    const none = { user: null, expiresAt: null }
    if (request.method === 'DELETE') signedIn(false)
    if (gateway.refuses) {
      const { status, code } = gateway.refuses
      if (code === 'INVALID_SESSION') signedIn(false)
      return json({ ...none, errors: [{ code, message: 'no', path: [] }] }, status)
    }
    if (request.method === 'DELETE') return json({ ...none, errors: [] })
    signedIn(true)
    gateway.valid = true
    const expiresAt = new Date(Date.now() + gateway.ahead + 15 * MINUTES).toISOString()
    return json({ user: gateway.user, expiresAt, errors: [] })
  }
  vi.stubGlobal('document', document)
  vi.stubGlobal('localStorage', {
    getItem: (name: string) => stored.get(name) ?? null,
    setItem: (name: string, value: string) => void stored.set(name, value),
    removeItem: (name: string) => void stored.delete(name),
  })
  const tab = (onChange?: (user: SessionUser | null) => void) =>
    browserSession({ fetch, ...(onChange && { onChange }) })
  return { gateway, sent, fetch, tab, stored, paths: () => sent.map(({ method, path }) => `${method} ${path}`) }
}
