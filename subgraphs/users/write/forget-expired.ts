import type { Tidy } from '#cqrs/outbox/tidying.ts'
import { forget } from '#toolkit/database/forget.ts'

// Expiry is decided by the clock of this process: processes wrote the times, not the database.

/** Deletes expired sessions, with the refresh token of each. */
export const forgetExpiredSessions = ((client, schema) =>
  forget(
    client,
    `"${schema}".sessions`,
    `"expiresAt" < '${new Date().toISOString()}'::timestamptz`,
    '"expiresAt"',
  )) satisfies Tidy

/** Deletes used refresh tokens, which an earlier release stored until their session ended. */
export const forgetUsedTokens = ((client, schema) =>
  forget(client, `"${schema}".refresh_tokens`, '"usedAt" IS NOT NULL', '"usedAt"')) satisfies Tidy

/** Deletes expired counts of attempts. */
export const forgetExpiredThrottles = ((client, schema) =>
  forget(client, `"${schema}".throttle`, `expire < ${Date.now()}`, 'expire')) satisfies Tidy
