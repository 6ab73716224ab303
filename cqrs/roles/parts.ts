import type { Registry } from 'prom-client'
import type { Sql } from '#toolkit/database/client.ts'
import { createHealthServer, type Health, type HealthChecks } from '#toolkit/process/health.ts'
import type { Part } from '#toolkit/process/lifecycle.ts'

/** The health routes as a separate part, for roles that serve nothing else. */
export const healthPart = (options: {
  readonly host: string
  readonly port: number
  readonly checks: HealthChecks
  readonly registry: Registry
}): Part => ({ name: 'health', ...createHealthServer(options) })

/** A part that only has to be closed at the end. */
export const closing = (name: string, close: () => Promise<unknown>): Part => {
  let closed = false
  return {
    name,
    start: async () => undefined,
    async stop() {
      if (closed) return
      closed = true
      await close()
    },
  }
}

/** Two of the settings that every connection must have. If these are missing, all are. */
const SETTINGS = `SELECT current_setting('TimeZone') AS zone, current_setting('default_transaction_isolation') AS isolation`

/** Ready when the database answers within two seconds, with the settings that results depend on. */
export const databaseCheck = (database: Sql) => async (): Promise<Health> => {
  const late = AbortSignal.timeout(2_000)
  const answered = await Promise.race([
    database.$queryRawUnsafe<{ zone: string; isolation: string }[]>(SETTINGS).then(
      ([settings]) =>
        settings?.zone === 'UTC' && settings.isolation === 'read committed'
          ? undefined
          : `its connections have the time zone ${settings?.zone} and the isolation level ${settings?.isolation}: ` +
            'a pooler in front of it drops the start-up parameter "options"; it must pass them on',
      // Prisma's message begins with the query; the error is on the last line.
      (error: Error) => `the database does not answer: ${error.message.trim().split('\n').at(-1)}`,
    ),
    new Promise<string>((resolve) =>
      late.addEventListener('abort', () => resolve('the database does not answer: no answer within 2 s')),
    ),
  ])
  return answered === undefined ? { ready: true } : { ready: false, reason: answered }
}
