import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/** Below the range that Linux and macOS use for outgoing connections, one of which could take the port first. */
const RANGE = { from: 10_000, to: 32_768 }

/** A TCP port of the loopback interface without a listener. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(RANGE.from, RANGE.to)
    if (await isFree(port)) return port
  }
}

/** Whether the port has no listener on the loopback interface. */
export const isFree = (port: number): Promise<boolean> =>
  new Promise((answer) => {
    const server = createServer()
    server.once('error', () => answer(false))
    server.listen(port, '127.0.0.1', () => server.close(() => answer(true)))
  })
