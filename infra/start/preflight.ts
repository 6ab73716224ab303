import { realpathSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { CannotStart } from '../cannot-start.ts'
import { isFree } from '../ports.ts'
import { type Ports, standardPorts } from '../topology.ts'
import type { StartConfig } from './config.ts'

/** The ports of a system. @throws CannotStart when two are equal */
export function readPorts(config: StartConfig): Ports {
  const ports = Object.fromEntries(
    Object.keys(standardPorts).map((variable) => [variable, config[variable as keyof Ports]]),
  ) as Ports
  const twice = Object.entries(ports).find(([variable, port]) =>
    Object.entries(ports).some(([other, same]) => other !== variable && same === port),
  )
  if (twice) throw new CannotStart(`${twice[0]} is ${twice[1]}, and so is another port: each needs its own.`)
  return ports
}

/** The ports to listen on; none for servers that the user configured. */
export function portsToTake(ports: Ports, config: StartConfig): Partial<Ports> {
  const taken: Record<string, number> = { ...ports }
  if (config.POSTGRES_URL) delete taken.POSTGRES_PORT
  if (config.KAFKA_BROKERS) {
    delete taken.KAFKA_PORT
    delete taken.KAFKA_CONTROLLER_PORT
  }
  return taken
}

/** @throws CannotStart for the first port that is in use */
export async function checkPorts(ports: Partial<Ports>): Promise<void> {
  for (const [variable, port] of Object.entries(ports))
    if (!(await isFree(port)))
      throw new CannotStart(
        `Port ${port} is in use by another program. End that program, or choose another port: ${variable}=… npm start`,
      )
}

/** @throws CannotStart when this machine cannot listen on the host */
export async function checkHost(host: string | undefined): Promise<void> {
  if (host === undefined) return
  const server = createServer()
  await new Promise<void>((listening, fail) => server.once('error', fail).listen(0, host, listening)).catch(
    ({ code }: NodeJS.ErrnoException) => {
      throw new CannotStart(
        `GATEWAY_HOST is "${host}", and the gateway cannot listen there (${code}). Set it to an address of this machine, such as 127.0.0.1: GATEWAY_HOST=127.0.0.1 npm start`,
      )
    },
  )
  await new Promise((closed) => server.close(closed))
}

/**
 * PostgreSQL refuses to run as root, so another user runs it, who must be able to reach its program. Its data is
 * reached through the process's working directory, by a path that Linux provides.
 */
export function checkReach(): void {
  if (process.getuid?.() !== 0) return
  if (process.platform !== 'linux')
    throw new CannotStart('You are root, and PostgreSQL runs for root on Linux alone. Run as another user: npm start')
  for (
    let at = realpathSync(join(import.meta.dirname, '..', '..', 'node_modules'));
    at !== dirname(at);
    at = dirname(at)
  )
    if ((statSync(at).mode & 0o001) === 0)
      throw new CannotStart(
        `You are root, so PostgreSQL runs as the user "postgres", who cannot enter ${at}, where its program is. Run as another user, move this folder to where everybody can enter, or set POSTGRES_URL to a server of yours.`,
      )
}
