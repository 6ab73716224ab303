/** The gateway's cookie that says that somebody is signed in, and the only one that a script can read. */
const SIGNED_IN = /(?:^|; )inkstream_signed_in=1/

/** Names the lock, the channel and the entry of localStorage that the tabs of an origin share. */
const NAME = 'inkstream_session'

/** How long before its end a token is replaced, in ms. */
const EARLY_MS = 30_000

export type SessionUser = {
  readonly id: string
  readonly username: string
  readonly fullName: string
  readonly avatarUrl: string | null
}

/** What the gateway answers about a session. A rejection is data, such as INVALID_CREDENTIALS. */
export type SessionReply = {
  readonly user: SessionUser | null
  readonly expiresAt: string | null
  readonly errors: readonly { readonly code: string; readonly message: string; readonly path: readonly string[] }[]
}

export type BrowserSession = {
  signIn(email: string, password: string): Promise<SessionReply>
  /** Moves a session that createUser or changePassword opened into cookies, by its refresh token. */
  takeOver(refreshToken: string): Promise<SessionReply>
  /** Removes the cookies even when `errors` says that the session itself could not be ended. */
  signOut(): Promise<SessionReply>
  /** For a GraphQL client: replaces the access token in time. */
  readonly fetch: typeof globalThis.fetch
}

/**
 * The session of a page with the gateway of its own origin. Tokens are in cookies that no script can read; this knows
 * when the access token ends, and replaces it before, or after an answer INVALID_TOKEN. Then it repeats the request as it
 * was, so with the same idempotency key, if the user is still the same. All tabs of the origin together refresh once.
 *
 * Methods and `fetch` reject when the gateway does not answer, or not in JSON. If a token has ended and the gateway cannot
 * replace it, `fetch` answers with the reply that says so: without the token the request would be anonymous. It rejects
 * when another user has signed in while it waited for the token.
 * @param options.fetch the function that sends, by default the global one; `consistentFetch()` to see one's own writes
 * @param options.onChange called in every tab with who has signed in, and with null when nobody is signed in any more
 */
export function browserSession(
  options: { readonly fetch?: typeof globalThis.fetch; readonly onChange?: (user: SessionUser | null) => void } = {},
): BrowserSession {
  const send: typeof globalThis.fetch = (input, init) => (options.fetch ?? globalThis.fetch)(input, init)
  const channel = new BroadcastChannel(NAME)
  channel.onmessage = ({ data }) => options.onChange?.(data as SessionUser | null)
  // In Node, a channel must not keep the process.
  const { unref } = channel as { unref?: () => void }
  unref?.call(channel)

  /**
   * When the token ends by this computer's clock, whose it is, and what tells it from the one before. In memory where the
   * page may store nothing.
   */
  let memory: string | null = null
  let mayStore = true
  const known = () => {
    try {
      return mayStore ? localStorage.getItem(NAME) : memory
    } catch {
      return memory
    }
  }
  const remember = (value: string | null) => {
    memory = value
    try {
      if (value === null) localStorage.removeItem(NAME)
      else localStorage.setItem(NAME, value)
    } catch {
      mayStore = false
    }
  }
  const endOf = (value: string | null) => Number(value?.split(' ')[0] ?? 0)
  const userOf = (value: string | null) => value?.split(' ')[1]

  const isSignedIn = () => SIGNED_IN.test((globalThis as { document?: { cookie: string } }).document?.cookie ?? '')
  // Without secure context there are no locks: then the gateway answers each of several tabs the same.
  const locked = <T>(work: () => Promise<T>): Promise<T> => navigator.locks?.request(NAME, work) ?? work()
  const announce = (user: SessionUser | null) => {
    channel.postMessage(user)
    options.onChange?.(user)
  }

  async function ask(method: string, path: string, body?: object) {
    const headers = { 'content-type': 'application/json' }
    const response = await send(`/session${path}`, body ? { method, headers, body: JSON.stringify(body) } : { method })
    const reply = (await response.clone().json()) as SessionReply
    if (reply.expiresAt) {
      // The clocks of both computers may differ by more than a token is good for.
      const now = Date.parse(response.headers.get('date') ?? '') || Date.now()
      remember(`${Date.now() + Date.parse(reply.expiresAt) - now} ${reply.user?.id} ${Math.random()}`)
    }
    return { response, reply }
  }

  const open = (body: object) =>
    locked(async () => {
      const { reply } = await ask('POST', '', body)
      if (reply.user) announce(reply.user)
      return reply
    })

  /** If it is as `before`, not refreshed by another tab. @returns the reply that says why it could not be refreshed */
  const refresh = (before: string | null) =>
    locked(async () => {
      if (known() !== before || !isSignedIn()) return undefined
      const { response, reply } = await ask('POST', '/refresh')
      if (reply.errors.length === 0) return undefined
      if (!reply.errors.some(({ code }) => code === 'INVALID_SESSION')) return response
      remember(null)
      announce(null)
      return undefined
    })

  return {
    signIn: (email, password) => open({ email, password }),
    takeOver: (refreshToken) => open({ refreshToken }),
    signOut: () =>
      locked(async () => {
        const { reply } = await ask('DELETE', '')
        if (!isSignedIn()) {
          remember(null)
          announce(null)
        }
        return reply
      }),

    async fetch(input, init) {
      let before = known()
      if (isSignedIn() && endOf(before) - EARLY_MS < Date.now()) {
        const isGood = endOf(before) > Date.now()
        const failed = await refresh(before).catch((error: unknown) => {
          if (!isGood) throw error
        })
        if (failed && !isGood) return failed
        const now = known()
        if (before && now && userOf(now) !== userOf(before)) throw new Error('Another user has signed in meanwhile.')
        before = now
      }
      const again = input instanceof Request ? input.clone() : input
      const response = await send(input, init)
      if (!(await isInvalidToken(response)) || (await refresh(before))) return response
      const now = known()
      return isSignedIn() && now !== before && userOf(now) === userOf(before) ? send(again, init) : response
    },
  }
}

async function isInvalidToken(response: Response): Promise<boolean> {
  if (response.status !== 401) return false
  const text = await response.clone().text()
  return text.includes('"INVALID_TOKEN"')
}
