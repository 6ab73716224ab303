import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { Agent } from 'undici'
import { openRunFolder } from '#infra/data-folder/run-folder.ts'
import { openSecrets } from '#infra/data-folder/secrets.ts'
import { databaseUrl } from '../../ops/targets.ts'
import { graphqlUrl } from '../config.ts'
import { apiUrl, environment } from '../environment.ts'
import { type Cost, createRun, type Lane, type Send } from './lane.ts'
import { type Caller, type MixName, mixes } from './mix.ts'
import { type Cpu, cpuOf } from './processes.ts'
import { report } from './report.ts'
import { openAccount, toApi, toGateway } from './senders.ts'
import { startStatements } from './statements-process.ts'

const CALLERS = 16
/** Commands in each lane, in slices, so that other load on the machine affects all lanes alike. */
const SLICES = 10
const SLICE = 200
const WARM_UP = 300
/** How long the relays may take to empty the outboxes between two slices, in milliseconds. */
const SETTLE_MS = 60_000

const usage = `npm run bench -- commands

Sends ${SLICES * SLICE} commands that write, ${CALLERS} at a time, in each of six lanes by turns, and prints commands/s and CPU per command:
posts' commands (createPost, updatePost, favoritePost) and comments' (createComment, editComment), each through the
service's api, through the gateway, and as the same statements by pg alone on a scratch database of the same server.

npm run bench -- --help shows the variables of the environment.`

/** Measures the cost of commands, relative to the same statements by pg in the same run. */
export async function commands(): Promise<void> {
  if (process.argv.slice(3).some((word) => word === '--help' || word === '-h')) return console.log(usage)
  const mixNames = Object.keys(mixes) as MixName[]
  const { INKSTREAM_DIR, INKSTREAM_SECRET } = environment()
  const folder = openRunFolder(INKSTREAM_DIR)
  const secretFor = openSecrets(INKSTREAM_DIR, INKSTREAM_SECRET)
  const dispatcher = new Agent({ connections: CALLERS })
  const gateway = new URL(graphqlUrl(environment()))
  const gatewayCpu = cpuOf(folder, 'gateway')
  const opened: Awaited<ReturnType<typeof startStatements>>[] = []
  try {
    const callers = await signUp(gateway, dispatcher)
    const lanes: Lane[] = []
    for (const mix of mixNames) {
      const apiCpu = { api: cpuOf(folder, `${mix}-api`) }
      const lane = (name: Lane['name'], send: Send, processes: Readonly<Record<string, Cpu>>): Lane => ({
        name,
        mix,
        run: createRun(
          mix,
          send,
          callers.map((caller) => ({ ...caller })),
          processes,
        ),
      })
      const api = toApi(apiUrl(mix), secretFor(`gateway to ${mix}`), dispatcher)
      const statements = await startStatements({ mix, serverUrl: databaseUrl(mix, 'write'), callers })
      opened.push(statements)
      lanes.push(
        lane('api', api, apiCpu),
        { name: 'pg', mix, run: statements.run },
        lane('gateway', toGateway(gateway, dispatcher), { ...apiCpu, gateway: gatewayCpu }),
      )
    }
    report(await measure(lanes))
  } finally {
    await Promise.all(opened.map((statements) => statements.close()))
    await dispatcher.close()
  }
}

/**
 * Opens accounts, each with a post that the comments service knows. It retries instead of sending consistency tokens: a
 * projector that has just been started may need longer than a request waits.
 */
async function signUp(gateway: URL, dispatcher: Agent): Promise<readonly Caller[]> {
  const send = toGateway(gateway, dispatcher)
  const [createPost] = mixes.posts
  const [createComment] = mixes.comments
  const run = randomUUID().slice(0, 8)
  const callers: Caller[] = []
  for (let n = 0; n < CALLERS; n++) {
    const account = await openAccount(gateway, dispatcher, `bench_${run}_${n}`)
    const caller = { ...account, postId: '', latest: '', sent: 0 }
    const postId = await send(createPost, createPost.input(), caller)
    callers.push({ ...caller, postId })
  }
  for (const caller of callers)
    for (const until = Date.now() + SETTLE_MS; ; await delay(50))
      try {
        await send(createComment, createComment.input(caller), caller)
        break
      } catch (error) {
        if (Date.now() > until) throw error
      }
  return callers
}

/** Warms every lane up, then runs slices of all lanes in turn. @returns the cost of each slice of a lane */
async function measure(lanes: readonly Lane[]): Promise<ReadonlyMap<Lane, readonly Cost[]>> {
  const outboxes = [...new Set(lanes.map(({ mix }) => mix))].map(
    (mix) => new pg.Pool({ connectionString: databaseUrl(mix, 'write'), max: 1 }),
  )
  const costs = new Map<Lane, Cost[]>(lanes.map((lane) => [lane, []]))
  try {
    for (let slice = -1; slice < SLICES; slice++)
      for (const lane of lanes) {
        for (const outbox of outboxes) await emptied(outbox)
        if (slice < 0) await lane.run(WARM_UP)
        else costs.get(lane)?.push(await lane.run(SLICE))
      }
  } finally {
    await Promise.all(outboxes.map((pool) => pool.end()))
  }
  return costs
}

/** Waits until the relay has emptied the outbox: its work for one lane would slow down the next. */
async function emptied(outbox: pg.Pool): Promise<void> {
  for (const until = Date.now() + SETTLE_MS; ; await delay(20)) {
    const { rowCount } = await outbox.query('SELECT 1 FROM write.outbox LIMIT 1')
    if (rowCount === 0) return
    if (Date.now() > until)
      throw new Error(`The outbox was not empty after ${SETTLE_MS / 1000} s: npm run ops -- status`)
  }
}
