import { createRun, type Lane } from './lane.ts'
import type { Caller, MixName } from './mix.ts'
import { ownCpu } from './processes.ts'
import { openStatements, type Statements } from './statements.ts'

/**
 * The lane of pg in its own process, controlled over IPC: one `open`, then any number of `run`. When its parent
 * disconnects, it drops its scratch database and ends.
 */
export type Request =
  | { readonly open: { readonly mix: MixName; readonly serverUrl: string; readonly callers: readonly Caller[] } }
  | { readonly run: number }

let opened: { readonly statements: Statements; readonly run: Lane['run'] } | undefined

async function answer(request: Request): Promise<object> {
  if ('open' in request) {
    const { mix, serverUrl, callers } = request.open
    const statements = await openStatements(mix, serverUrl, callers)
    opened = { statements, run: createRun(mix, statements.send, callers, { pg: ownCpu }) }
    return {}
  }
  if (!opened) throw new Error('the scratch database is not open')
  return opened.run(request.run)
}

process.on('message', (request: Request) => {
  void answer(request).then(
    (cost) => process.send?.({ cost }),
    (error: Error) => process.send?.({ error: error.message }),
  )
})
process.on('disconnect', () => void opened?.statements.close())
