import type { Log } from './log.ts'
import { neverProxyLoopback } from './loopback.ts'

/** Something that runs as long as the process. `stop` can be called in any state, and twice. */
export type Part = { readonly name: string; start(): Promise<void>; stop(): Promise<void> }

/** A stop that has not ended after this time is cut short, in milliseconds. */
const STOP_WITHIN_MS = 4_000

/**
 * Sets the role's name as the process title, starts the parts in order, and stops them in reverse order on SIGTERM,
 * SIGINT, or when the parent process with the IPC channel has ended. Exit codes: 0 stopped, 1 a part failed to start or
 * the process had a fatal error.
 */
export async function runProcess(log: Log, parts: readonly Part[]): Promise<void> {
  process.title = String(log.bindings().role)
  neverProxyLoopback()
  const started: Part[] = []
  let stopping: Promise<void> | undefined

  const stop = (why: string, code: number): Promise<void> => {
    stopping ??= (async () => {
      log.info({ why }, 'stopping')
      const cut = setTimeout(() => {
        log.error('stop took too long')
        process.exit(code || 1)
      }, STOP_WITHIN_MS)
      for (const part of started.toReversed())
        await part.stop().catch((error: unknown) => log.error({ err: error, part: part.name }, 'could not stop'))
      clearTimeout(cut)
      process.exit(code)
    })()
    return stopping
  }

  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal, 0))
  process.on('disconnect', () => void stop('the supervisor is gone', 0))
  // The parent may have ended while this process loaded its code, before it listened for that.
  if (process.connected === false) return stop('the supervisor is gone', 0)
  for (const fault of ['uncaughtException', 'unhandledRejection'] as const)
    process.on(fault, (error) => {
      log.fatal({ err: error }, fault)
      void stop(fault, 1)
    })

  for (const part of parts) {
    if (stopping) return
    started.push(part)
    try {
      await part.start()
    } catch (error) {
      log.fatal({ err: error, part: part.name }, 'could not start')
      return stop(`${part.name} could not start`, 1)
    }
  }
  log.info('started')
}
