import { forget } from '#cqrs/process/forget.ts'
import type { Tidy } from '#cqrs/roles/relay.ts'

/** Takes sessions away that have expired, with their refresh tokens. */
export const forgetExpiredSessions = ((client, schema) =>
  forget(client, `"${schema}".sessions`, '"expiresAt" < now()')) satisfies Tidy

/** Takes counts of attempts away that count no more. */
export const forgetExpiredThrottles = ((client, schema) =>
  forget(client, `"${schema}".throttle`, 'expire < extract(epoch FROM now()) * 1000')) satisfies Tidy
