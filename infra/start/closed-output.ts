import { fstatSync } from 'node:fs'

/** How often a line is written to a pipe, in milliseconds. */
const SAY_EVERY_MS = 60_000

/**
 * Detects that nobody reads this process's output any more: the terminal was closed, or the program after a pipe has
 * ended. A closed pipe shows only on writing, so a line is written to it every minute.
 * @param options.closed called at the first write that fails
 */
export function onClosedOutput(options: { readonly closed: () => void; readonly say: () => void }): void {
  let closed = false
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', () => {
      if (closed) return
      closed = true
      options.closed()
    })
  const output = fstatSync(process.stdout.fd)
  if (output.isFIFO() || output.isSocket()) setInterval(options.say, SAY_EVERY_MS).unref()
}
