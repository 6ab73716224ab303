import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Cost, Lane } from './lane.ts'
import type { Request } from './statements-main.ts'

/**
 * Runs the statements of a mix in their own process. In this process, remaining work for requests of the other lanes
 * would be counted for them.
 */
export async function startStatements(
  open: Extract<Request, { open: unknown }>['open'],
): Promise<{ readonly run: Lane['run']; close(): Promise<void> }> {
  const child = fork(join(import.meta.dirname, 'statements-main.ts'))
  const ended = once(child, 'exit')
  const ask = async (request: Request): Promise<Cost> => {
    child.send(request)
    const answer = await Promise.race([once(child, 'message'), ended.then(() => undefined)])
    const { cost, error } = (answer?.[0] ?? { error: 'its process ended' }) as { cost?: Cost; error?: string }
    if (!cost) throw new Error(`The statements of ${open.mix} by pg failed: ${error}`)
    return cost
  }
  const close = async () => {
    if (child.connected) child.disconnect()
    await ended
  }
  try {
    await ask({ open })
  } catch (error) {
    await close()
    throw error
  }
  return { run: (commands) => ask({ run: commands }), close }
}
