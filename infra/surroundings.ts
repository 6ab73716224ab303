import { neverProxyLoopback } from '#toolkit/process/loopback.ts'

/** Makes this process, and those it starts, independent of the calling shell. */
export function pinSurroundings(): void {
  process.title = 'inkstream'
  // Logs, data and the secret are for this user only.
  process.umask(0o077)
  // POSTGRES_URL decides how servers are reached, here and in the roles, which inherit none of these variables.
  for (const name of Object.keys(process.env)) if (/^PG[A-Z]/.test(name)) delete process.env[name]
  neverProxyLoopback()
}

/**
 * The complete environment for a child process: where programs are, and a locale that every machine has. No proxy, no
 * language, nothing that Node, Java or PostgreSQL reads by itself.
 * @param more names of further variables to inherit
 */
export const pinnedEnvironment = (...more: readonly string[]): Readonly<Record<string, string>> => ({
  ...Object.fromEntries(
    ['PATH', 'HOME', ...more].flatMap((name) => {
      const value = process.env[name]
      return value === undefined ? [] : [[name, value]]
    }),
  ),
  // In another locale, a JVM cannot open a path that is not ASCII.
  LC_ALL: 'C.UTF-8',
})
