import { createServer } from 'node:http'

/** A role for supervisor.integration.test.ts: BEHAVIOUR is `ready`, `ends` at once, or `stubborn` (deaf to SIGTERM), or `lacking` (never ready). */
const behaviour = process.env.BEHAVIOUR
if (behaviour === 'ends') {
  console.error('the database of this role is not there')
  process.exit(3)
}
if (behaviour === 'stubborn') process.on('SIGTERM', () => console.log('no'))
const parts = { log: { ready: true }, database: { ready: behaviour !== 'lacking', reason: 'it does not answer' } }
createServer((_request, response) => {
  response.statusCode = behaviour === 'lacking' ? 503 : 200
  response.end(JSON.stringify({ parts }))
}).listen(Number(process.env.PORT), '127.0.0.1')
