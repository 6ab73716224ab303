import type { Tidy } from '#cqrs/outbox/tidying.ts'
import { forget } from '#cqrs/process/forget.ts'

// What has expired is decided by the clock of this process: the times were written by those of its kind, not by the database.

/** Takes sessions away that have expired, with the refresh token of each. */
export const forgetExpiredSessions = ((client, schema) =>
  forget(
    client,
    `"${schema}".sessions`,
    `"expiresAt" < '${new Date().toISOString()}'::timestamptz`,
    '"expiresAt"',
  )) satisfies Tidy

/** Takes used refresh tokens away, which an earlier release kept until their session ended. */
export const forgetUsedTokens = ((client, schema) =>
  forget(client, `"${schema}".refresh_tokens`, '"usedAt" IS NOT NULL', '"usedAt"')) satisfies Tidy

/** Takes counts of attempts away that count no more. */
export const forgetExpiredThrottles = ((client, schema) =>
  forget(client, `"${schema}".throttle`, `expire < ${Date.now()}`, 'expire')) satisfies Tidy
