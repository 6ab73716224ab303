import { neverProxyLoopback } from '#cqrs/process/loopback.ts'

/** Makes this process, and what it starts, independent of the shell that it was started from. */
export function pinSurroundings(): void {
  process.title = 'inkstream'
  // Logs, data and the secret are nobody else's.
  process.umask(0o077)
  // Servers are reached as POSTGRES_URL says, here as in the roles, which inherit none of these.
  for (const name of Object.keys(process.env)) if (/^PG[A-Z]/.test(name)) delete process.env[name]
  neverProxyLoopback()
}

/**
 * All that a process that we start gets of the environment: where programs are, and a locale that every machine has. No
 * proxy, no language, nothing that Node, Java or PostgreSQL reads by itself.
 * @param more names of variables that it inherits as well
 */
export const pinnedEnvironment = (...more: readonly string[]): Readonly<Record<string, string>> => ({
  ...Object.fromEntries(
    ['PATH', 'HOME', ...more].flatMap((name) => {
      const value = process.env[name]
      return value === undefined ? [] : [[name, value]]
    }),
  ),
  // A name that is not ASCII cannot be opened by a JVM in another one.
  LC_ALL: 'C.UTF-8',
})
