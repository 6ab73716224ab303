import { createServer } from 'node:http'

/** A role for supervisor.test.ts: BEHAVIOUR is `ready`, `ends` at once, or `stubborn` (deaf to SIGTERM). */
const behaviour = process.env.BEHAVIOUR
if (behaviour === 'ends') {
  console.error('the database of this role is not there')
  process.exit(3)
}
if (behaviour === 'stubborn') process.on('SIGTERM', () => console.log('no'))
createServer((_request, response) => response.end('{}')).listen(Number(process.env.PORT), '127.0.0.1')
