import { Gauge, type Registry } from 'prom-client'
import type { Health } from '#toolkit/process/health.ts'
import type { SharedCount } from './shared.ts'

/**
 * Reports to operators whether callers are counted together with other gateways: `counted` is `together`, or `alone`
 * when no store is configured or it does not answer. Never makes the gateway unready.
 */
export function rateLimitHealth(shared: Pick<SharedCount, 'away'> | undefined, registry: Registry): () => Health {
  const isShared = () => shared !== undefined && shared.away() === undefined
  new Gauge({
    name: 'gateway_rate_limits_shared',
    help: '1 while callers are counted together with other gateways; 0 while by this one alone, since no store is configured or it is away',
    registers: [registry],
    collect() {
      this.set(isShared() ? 1 : 0)
    },
  })
  return () => {
    if (isShared()) return { ready: true, counted: 'together' }
    const away = shared?.away()
    if (away === undefined) return { ready: true, counted: 'alone' }
    const reason = `each gateway counts callers by itself, so that they may ask as often of each: the store (RATE_LIMIT_DATABASE_URL) is away: ${away}`
    return { ready: true, counted: 'alone', reason }
  }
}
