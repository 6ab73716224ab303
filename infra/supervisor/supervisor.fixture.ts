import { existsSync } from 'node:fs'
import { createServer } from 'node:http'

/**
 * A role for supervisor.integration.test.ts: BEHAVIOUR is `ready`, `ends` at once, `stubborn` (ignores SIGTERM),
 * `lacking` (never ready), or `held` until a file of this name exists in LOGS_DIR.
 */
const behaviour = process.env.BEHAVIOUR
if (behaviour === 'ends') {
  console.error('the database of this role is not there')
  process.exit(3)
}
if (behaviour === 'stubborn') process.on('SIGTERM', () => console.log('no'))
const isHeld = () => behaviour === 'held' && !existsSync(`${process.env.LOGS_DIR}/held`)
createServer((_request, response) => {
  const ready = behaviour !== 'lacking' && !isHeld()
  const relay = isHeld() ? { ready, reason: 'run a command', needsOperator: true } : { ready: true }
  const database = { ready: ready || isHeld(), reason: 'it does not answer' }
  response.statusCode = ready ? 200 : 503
  response.end(JSON.stringify({ parts: { log: { ready: true }, database, relay } }))
}).listen(Number(process.env.PORT), '127.0.0.1')
