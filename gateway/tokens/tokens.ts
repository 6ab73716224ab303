import type { Log } from '#toolkit/process/log.ts'
import { type Authenticate, createAuthentication } from './authentication.ts'
import { type TokenConfig, tokenRules } from './config.ts'
import { configuredKeySet } from './key-set.ts'
import { createTokenKeys } from './keys.ts'
import type { TokenRefusal } from './refusal.ts'

/** Identifies callers by their access tokens. `start` begins to look up the keys that verify them. */
export type Tokens = {
  readonly authenticate: Authenticate
  start(): void
  stop(): void
}

/** @param refused is called for each token that is refused */
export function createTokens(config: TokenConfig, refused: (refusal: TokenRefusal) => void, log: Log): Tokens {
  const keys = createTokenKeys({ fetchKeySet: () => configuredKeySet(config), log })
  return {
    authenticate: createAuthentication({ rules: tokenRules(config), keys, refused }),
    start: keys.start,
    stop: keys.stop,
  }
}
