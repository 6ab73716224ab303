/** As in the gateway: what it accepts in one header, and how long a token is good for. */
const HEADER = 'consistency-token'
const MOST_TOKENS = 8
const MOST_CHARACTERS = 4_000
const GOOD_FOR_MS = 600_000

/** Stands for tokens that were left out: the gateway refuses it, so the answer is not called fresh. */
const LEFT_OUT = 'left_out'

/** The longest token, and by how much a reply's token is longer than those of its request when it wrote one thing. */
const LONGEST_TOKEN = 1_200
const ONE_MORE = 120

/**
 * Wraps `fetch` for a client that must see what it wrote: requests carry the consistency tokens of earlier replies. One
 * wrapper is for one gateway, and everything that should see the writes uses the same wrapper.
 *
 * Tokens are opaque. A reply's token takes the place of those that its request carried; the tokens of other replies stay,
 * so concurrent mutations lose nothing. A request that fails changes nothing. Each token is kept for ten minutes.
 *
 * The gateway accepts 8 tokens and 4 kB in a request. A request therefore waits for others to end while their replies
 * could bring more than that; in practice when 8 are in flight. If they brought more all the same, the oldest are left
 * out, and until a reply brings a new token, answers say that they are not fresh (`refused: ["malformed"]`).
 * @param fetch the function that sends, by default the global one
 */
export function consistentFetch(fetch?: typeof globalThis.fetch): typeof globalThis.fetch {
  /** Until when each token is good, by the clock of `Date.now()`. */
  const tokens = new Map<string, number>()
  const waiting = new Set<() => void>()
  let inFlight = 0
  /** The most characters that the replies to requests in flight may bring. */
  let expected = 0

  return async (input, init) => {
    const signal = init?.signal ?? (input as Request).signal
    for (;;) {
      signal?.throwIfAborted()
      for (const [token, until] of tokens) if (until <= Date.now()) tokens.delete(token)
      const join = () => [...tokens.keys()].join(', ')
      // Mutations of many things at once can bring more than they may. What is left out must not be forgotten in silence.
      for (const [token, until] of tokens)
        if (inFlight === 0 && join().length > MOST_CHARACTERS) {
          tokens.delete(token)
          tokens.set(LEFT_OUT, until)
        }
      const carried = [...tokens.keys()]
      const header = join()
      const longest = Math.min(LONGEST_TOKEN, header.length + ONE_MORE)
      if (
        inFlight > 0 &&
        (carried.length + inFlight >= MOST_TOKENS || header.length + expected + longest > MOST_CHARACTERS)
      ) {
        await new Promise<void>((resolve) => {
          const wake = () => {
            waiting.delete(wake)
            signal?.removeEventListener('abort', wake)
            resolve()
          }
          waiting.add(wake)
          signal?.addEventListener('abort', wake)
        })
        continue
      }

      inFlight += 1
      expected += longest
      try {
        const headers = new Headers(init?.headers ?? (input as Request).headers)
        if (header) headers.append(HEADER, header)
        const response = await (fetch ?? globalThis.fetch)(input, header ? { ...init, headers } : init)
        const token = response.headers.get(HEADER)
        if (token) {
          for (const one of carried) tokens.delete(one)
          tokens.set(token, Date.now() + GOOD_FOR_MS)
        }
        return response
      } finally {
        inFlight -= 1
        expected -= longest
        for (const wake of waiting) wake()
      }
    }
  }
}
