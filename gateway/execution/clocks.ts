import { sleep } from '#toolkit/process/backoff.ts'
import type { Health } from '#toolkit/process/health.ts'

/**
 * A larger difference between clocks, in seconds, is reported. Subgraphs refuse requests beyond 30
 * (toolkit/trust/signature.ts), and a comparison is accurate to within a second.
 */
const DIFFERS_S = 25

/** How often clocks are compared, and how long a subgraph may take to answer, in milliseconds. */
const EVERY_MS = 5_000
const ANSWER_WITHIN_MS = 1_000

/** Checks, without any traffic, whether the gateway's clock agrees with those of the subgraphs. */
export type Clocks = {
  health(): Health
  start(): void
  stop(): void
}

/**
 * Compares the gateway's clock with the `Date` header of each subgraph's `/health/live`. Not ready when it differs from
 * every subgraph that answers: then the gateway's clock is wrong, and every request would be refused.
 * @param subgraphs name and url of each subgraph in use
 */
export function createClocks(subgraphs: () => ReadonlyMap<string, string>): Clocks {
  const stopping = new AbortController()
  /** How far the gateway's clock is ahead of each subgraph that answered, in seconds. */
  let aheadS: Readonly<Record<string, number>> = {}

  const compareAll = async () => {
    const compared = [...subgraphs()].map(async ([name, url]) => [name, await compare(url)] as const)
    aheadS = Object.fromEntries(
      (await Promise.all(compared)).flatMap(([name, ahead]) => (ahead === undefined ? [] : [[name, ahead]])),
    )
  }
  const keepComparing = async () => {
    while (!stopping.signal.aborted) {
      await compareAll()
      await sleep(EVERY_MS, stopping.signal)
    }
  }

  return {
    start: () => void keepComparing(),
    stop: () => stopping.abort(),
    health() {
      const all = Object.entries(aheadS)
      const differing = all.filter(([, ahead]) => Math.abs(ahead) > DIFFERS_S)
      if (differing.length === 0) return { ready: true, aheadS }
      const how = differing.map(([name, ahead]) => `${Math.abs(ahead)} s ${ahead < 0 ? 'behind' : 'ahead of'} ${name}`)
      const reason = `the clocks differ: the gateway's is ${how.join(', ')}. Beyond 30 s a service refuses its requests: set the clock`
      if (differing.length < all.length) return { ready: true, reason: `${reason} of ${names(differing)}`, aheadS }
      return { ready: false, reason: `${reason} of the gateway's machine`, aheadS }
    },
  }
}

const names = (entries: readonly (readonly [string, number])[]): string => entries.map(([name]) => name).join(', ')

/** @returns how far this clock is ahead of the server's, in whole seconds; undefined when it does not answer in time */
async function compare(url: string): Promise<number | undefined> {
  try {
    const sentAt = Date.now()
    const began = performance.now()
    const response = await fetch(new URL('/health/live', url), {
      redirect: 'manual',
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    })
    const took = performance.now() - began
    await response.body?.cancel()
    const date = Date.parse(response.headers.get('date') ?? '')
    if (Number.isNaN(date) || took > ANSWER_WITHIN_MS) return undefined
    // The header is truncated to the second, so add half a second.
    return Math.round((sentAt + took / 2 - (date + 500)) / 1_000)
  } catch {
    return undefined
  }
}
