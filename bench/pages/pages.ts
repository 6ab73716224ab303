import { styleText } from 'node:util'
import { Agent, request } from 'undici'
import { openSecrets } from '#infra/data-folder/secrets.ts'
import type { Caller } from '#toolkit/trust/caller.ts'
import { signedHeaders } from '#toolkit/trust/signed-headers.ts'
import { apiUrl, environment } from '../environment.ts'
import { explain } from './explain.ts'
import { type Measured, queries } from './queries.ts'
import { findSubjects } from './subjects.ts'

const TRIES = 40
/** Limit for the median time of each paging or search query at its subgraph, in milliseconds. */
const LIMIT_MS = 50

/**
 * Sends every paging and search query of the schema directly to its subgraph, as the gateway does, and prints
 * PostgreSQL's plans for those that take too long.
 * @throws when a query fails or takes too long
 */
export async function pages(): Promise<void> {
  const subjects = await findSubjects()
  const caller: Caller = { userId: subjects.follower, roles: [], sessionId: null }
  const dispatcher = new Agent({ connections: 1 })
  const ask = createAsk(caller, dispatcher)
  const slow: Measured[] = []
  console.log(`${'at the subgraph, in milliseconds'.padEnd(44)} median    p95   most`)
  for (const measured of queries(subjects)) {
    const times = await time(measured, ask)
    const at = (quantile: number) => times[Math.ceil(quantile * times.length) - 1] ?? 0
    const tooSlow = at(0.5) > LIMIT_MS
    const figures = [0.5, 0.95, 1].map((quantile) => at(quantile).toFixed(1).padStart(6)).join(' ')
    console.log(`${measured.name.padEnd(44)} ${tooSlow ? styleText('red', figures) : figures}`)
    if (tooSlow) slow.push(measured)
  }
  await dispatcher.close()
  for (const measured of slow) console.log(`\n${measured.name}\n${await explain(measured, caller)}`)
  if (slow.length > 0) throw new Error(`${slow.length} take longer than ${LIMIT_MS} ms.`)
  console.log(`All are under ${LIMIT_MS} ms.`)
}

type Ask = (measured: Measured, variables: object) => Promise<unknown>

/** Times of a query in milliseconds, shortest first. If a page has a next page, the next request reads that one. */
async function time(measured: Measured, ask: Ask): Promise<number[]> {
  const times: number[] = []
  let after: string | null = null
  for (let n = -5; n < TRIES; n++) {
    const began = performance.now()
    const data = await ask(measured, { ...measured.variables, ...(measured.next && { after }) })
    if (n >= 0) times.push(performance.now() - began) // the first ones are the warm-up
    after = measured.next?.(data as never)?.pageInfo.endCursor ?? null
  }
  return times.sort((a, b) => a - b)
}

/** Sends queries to the subgraphs that `npm start` runs, as their gateway does. */
function createAsk(caller: Caller, dispatcher: Agent): Ask {
  const secretFor = openSecrets(environment().INKSTREAM_DIR, environment().INKSTREAM_SECRET)
  return async ({ name, service, query }, variables) => {
    const url = apiUrl(service)
    const body = JSON.stringify({ query, variables })
    const key = { id: '1', secret: secretFor(`gateway to ${service}`) }
    const headers = signedHeaders('gateway', key, { url, body, call: { caller, address: null, trace: null } })
    const reply = await request(url, { dispatcher, method: 'POST', headers, body }).catch((error: Error) => {
      throw new Error(`Nothing answers at ${url} (${error.message}). Start the system first: npm start`)
    })
    const { data, errors } = (await reply.body.json()) as { data?: unknown; errors?: unknown }
    if (errors || !data) throw new Error(`${name} was not answered: ${JSON.stringify(errors)}`)
    return data
  }
}
