import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/** Below the ports that Linux and macOS give to outgoing connections, one of which could take it before it is used. */
const RANGE = { from: 10_000, to: 32_768 }

/** A TCP port of the loopback interface that nothing listens on now. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(RANGE.from, RANGE.to)
    if (await isFree(port)) return port
  }
}

/** Whether nothing listens there now, on the loopback interface. */
export const isFree = (port: number): Promise<boolean> =>
  new Promise((answer) => {
    const server = createServer()
    server.once('error', () => answer(false))
    server.listen(port, '127.0.0.1', () => server.close(() => answer(true)))
  })
