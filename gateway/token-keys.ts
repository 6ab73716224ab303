import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose'
import type { Log } from '#cqrs/process/log.ts'

/** How often new keys are looked for, so that one that was taken back is not believed for longer. */
const REFRESH_MS = 300_000

/** At most one look in this time, however many tokens name keys that nobody knows. While there are none each looks. */
const COOLDOWN_MS = 2_000

/** The key that a token is signed by is not known, and whether the issuer has a new one cannot be found out now. */
export class KeysUnavailable extends Error {}

export type TokenKeys = {
  /**
   * The public key that a token names.
   * @throws KeysUnavailable, or jose's JWKSNoMatchingKey or JWKSMultipleMatchingKeys
   */
  readonly find: JWTVerifyGetKey
  /** Looks for new keys, unless that was just done. @throws KeysUnavailable when the last look failed */
  renew(): Promise<void>
  start(): void
  stop(): void
}

/**
 * The public keys that tokens are verified by. Once fetched, a set goes on until a new one could be fetched: nobody is
 * signed out because the issuer is down. (jose's own remote set asks again for each token while the issuer is down.)
 */
export function createTokenKeys(options: {
  readonly fetchKeySet: () => Promise<JSONWebKeySet>
  readonly log: Log
  readonly refreshMs?: number
  readonly cooldownMs?: number
}): TokenKeys {
  const { fetchKeySet, log, refreshMs = REFRESH_MS, cooldownMs = COOLDOWN_MS } = options
  let known: JWTVerifyGetKey | undefined
  let looking: Promise<void> | undefined
  let failing = false
  let lookedAt = Number.NEGATIVE_INFINITY
  let timer: NodeJS.Timeout | undefined

  const look = async () => {
    try {
      known = createLocalJWKSet(await fetchKeySet())
      if (failing) log.info('token keys are available again')
      failing = false
    } catch (error) {
      const what = known
        ? 'no new token keys, the old ones stay in use'
        : 'no token keys, no access token can be verified'
      log[failing ? 'debug' : 'warn']({ err: error }, what)
      failing = true
    } finally {
      looking = undefined
    }
  }
  /** Joins the look that is under way, however slow it is: `fetchKeySet` is bounded. */
  const refresh = async () => {
    if (!looking && (!known || performance.now() - lookedAt >= cooldownMs)) {
      lookedAt = performance.now()
      looking = look()
    }
    await looking
  }

  const renew = async () => {
    await refresh()
    if (failing) throw new KeysUnavailable('no new token keys')
  }

  return {
    renew,
    async find(header, token) {
      if (!known) await refresh()
      if (!known) throw new KeysUnavailable('no token keys')
      // The first look may have been under way already, and have asked the issuer before it had the key.
      for (let looks = 0; ; looks++)
        try {
          return await known(header, token)
        } catch (error) {
          if (!(error instanceof errors.JWKSNoMatchingKey) || looks === 2) throw error
          await renew()
        }
    },
    start() {
      void refresh()
      timer = setInterval(() => void refresh(), refreshMs)
    },
    stop: () => clearInterval(timer),
  }
}
