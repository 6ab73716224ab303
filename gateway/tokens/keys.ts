import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose'
import type { Log } from '#toolkit/process/log.ts'

/** How often keys are refreshed, in milliseconds; a revoked key is accepted for at most this long. */
const REFRESH_MS = 300_000

/** At most one refresh in this time, however many tokens name unknown keys. Not applied while there are no keys. */
const COOLDOWN_MS = 2_000

/** The token's key is unknown, and the issuer cannot be asked for new keys now. */
export class KeysUnavailable extends Error {}

export type TokenKeys = {
  /**
   * Finds the public key that a token names.
   * @throws KeysUnavailable, or jose's JWKSNoMatchingKey or JWKSMultipleMatchingKeys
   */
  readonly find: JWTVerifyGetKey
  /** Refreshes the keys, unless that was just done. @throws KeysUnavailable when the last refresh failed */
  renew(): Promise<void>
  start(): void
  stop(): void
}

/**
 * The public keys that verify tokens. A fetched set stays in use until a new one arrives, so an issuer that is down
 * signs nobody out. (jose's own remote set asks again for each token while the issuer is down.)
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
  /** Joins a refresh in progress, however slow: `fetchKeySet` is bounded. */
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
      // A refresh in progress may have asked the issuer before it had the key, so refresh up to twice.
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
