import { mkdirSync, statfsSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, resolve } from 'node:path'
import { type Ports, standardPorts } from './topology.ts'

/** Something that a person has to put right before anything can start. The message says what. */
export class CannotStart extends Error {}

/** Ports from the environment, or the standard ones. */
export function readPorts(env: NodeJS.ProcessEnv): Ports {
  const ports = Object.fromEntries(
    Object.entries(standardPorts).map(([variable, standard]) => {
      const given = env[variable]
      if (!given) return [variable, standard]
      if (!/^\d+$/.test(given) || Number(given) < 1 || Number(given) > 65_535)
        throw new CannotStart(`${variable} is "${given}": it must be a TCP port, 1 to 65535.`)
      return [variable, Number(given)]
    }),
  ) as Record<keyof typeof standardPorts, number>
  const twice = Object.entries(ports).find(([variable, port]) =>
    Object.entries(ports).some(([other, same]) => other !== variable && same === port),
  )
  if (twice) throw new CannotStart(`${twice[0]} is ${twice[1]}, and so is another port: each needs its own.`)
  return ports
}

/** @throws CannotStart for the first port that somebody listens on */
export async function checkPorts(ports: Partial<Ports>): Promise<void> {
  for (const [variable, port] of Object.entries(ports))
    if (!(await isFree(port)))
      throw new CannotStart(
        `Port ${port} is in use by another program. End that program, or choose another port: ${variable}=… npm start`,
      )
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((answer) => {
    const server = createServer()
    server.once('error', () => answer(false))
    server.listen(port, '127.0.0.1', () => server.close(() => answer(true)))
  })

/** Free bytes without which PostgreSQL and Kafka would fail half way. */
const NEEDED_BYTES = 300 * 1024 * 1024

/** Makes the data folder. @throws CannotStart when it cannot be used */
export function checkFolder(dir: string): void {
  try {
    mkdirSync(dir, { recursive: true })
  } catch (error) {
    throw new CannotStart(
      `The data folder ${dir} cannot be made: ${(error as Error).message}. Choose another: INKSTREAM_DIR=… npm start`,
    )
  }
  const { bavail, bsize } = statfsSync(dir)
  if (bavail * bsize < NEEDED_BYTES)
    throw new CannotStart(
      `The disk of ${dir} is full: ${Math.floor((bavail * bsize) / 1024 / 1024)} MB are free, 300 MB are needed. Free some, or choose another folder: INKSTREAM_DIR=… npm start`,
    )
}

/** PostgreSQL refuses to be root, so a user of its own runs it, who must reach the folder. */
export function checkReach(dir: string): void {
  if (process.getuid?.() !== 0) return
  for (let at = resolve(dir); at !== dirname(at); at = dirname(at))
    if ((statSync(at).mode & 0o001) === 0)
      throw new CannotStart(
        `You are root, so PostgreSQL runs as the user "postgres", who cannot enter ${at}. Run as another user, or choose a folder that everybody can enter: INKSTREAM_DIR=/var/tmp/inkstream npm start`,
      )
}
