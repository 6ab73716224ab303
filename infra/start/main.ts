import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { misspelled } from '#toolkit/process/misspelled.ts'
import { CannotStart } from '../cannot-start.ts'
import { takeDataFolder } from '../data-folder/data-folder.ts'
import { openRunFolder } from '../data-folder/run-folder.ts'
import { openSecrets } from '../data-folder/secrets.ts'
import { KafkaUnavailable } from '../kafka/unavailable.ts'
import { MigrationFailed } from '../migrations/migrate.ts'
import { authors, emailOf, samplePassword } from '../sample/content.ts'
import { fillWithSamples } from '../sample/fill.ts'
import { reachableHost } from '../supervisor/reachable-host.ts'
import { RoleKeepsEnding } from '../supervisor/supervisor.ts'
import { pinSurroundings } from '../surroundings.ts'
import { knownVariables } from '../variables/known-variables.ts'
import { passedOn } from '../variables/passed-on.ts'
import { ignored } from '../variables/set-by-start.ts'
import { onClosedOutput } from './closed-output.ts'
import { readStartConfig, startConfig } from './config.ts'
import { startHelp, usage } from './help.ts'
import { checkHost, checkReach, readPorts } from './preflight.ts'
import { createProgress } from './progress.ts'
import { bringUp, type System } from './system.ts'

pinSurroundings()

const welcome = (gatewayUrl: string, production: boolean, dir: string) => `
  GraphQL      ${gatewayUrl}/graphql
  Playground   ${production ? 'none in production' : `${gatewayUrl}/playground`}
  Logs         ${join(dir, 'logs')}
  How it goes  npm run ops -- status

  Try it:

  { posts(first: 20) { nodes { title author { fullName } commentsCount latestComments(first: 2) { body author { fullName } } } pageInfo { hasNextPage } } }

  Ctrl-C ends everything.
`

const progress = createProgress(process.stdout)

/** Ends everything that runs so far, and this process. */
let stop = async (code: number): Promise<void> => process.exit(code)

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const) process.on(signal, () => void stop(0))
onClosedOutput({ closed: () => void stop(0), say: () => progress.step('running') })
process.on('uncaughtException', (error) => {
  report(error)
  void stop(1)
})

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { reset: { type: 'boolean' }, watch: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  })
  if (values.help) return console.log(startHelp())

  const config = readStartConfig(process.env)
  const ports = readPorts(config)
  const { HOST } = passedOn('gateway', process.env)
  await checkHost(HOST)
  if (!config.POSTGRES_URL) checkReach()
  for (const sentence of ignored(process.env, Object.keys(startConfig.shape))) progress.warn(sentence)
  for (const sentence of misspelled(process.env, knownVariables())) progress.warn(sentence)
  const dir = config.INKSTREAM_DIR
  const folder = openRunFolder(dir)
  await takeDataFolder(dir, () => folder.pidOf('supervisor'))
  folder.note('supervisor', process.pid)
  const left = await folder.endLeftovers()
  if (left.length > 0) progress.done(`ended what an earlier run had left: ${left.join(', ')}`)
  if (values.reset) {
    for (const part of ['postgres', 'kafka', 'logs', 'secret'])
      rmSync(join(dir, part), { recursive: true, force: true })
    progress.done('forgot all data')
  }
  const secretFor = openSecrets(dir, config.INKSTREAM_SECRET)

  const system: { up?: System } = {}
  const stopping = new AbortController()
  stop = async (code) => {
    if (stopping.signal.aborted) return progress.step('still stopping; what does not end by itself is killed')
    stopping.abort()
    progress.step('stopping')
    await system.up?.stop()
    folder.clear()
    process.exit(code)
  }

  try {
    const up = bringUp({
      dir,
      ports,
      config,
      env: process.env,
      secretFor,
      watch: values.watch === true,
      folder,
      progress,
      signal: stopping.signal,
    })
    system.up = up
    await Promise.race([up.ready, up.failed])
    const gatewayUrl = `http://${reachableHost(HOST)}:${ports.GATEWAY_PORT}`
    const production = config.NODE_ENV === 'production'
    if (!production) await fill(`${gatewayUrl}/graphql`)
    progress.text(welcome(gatewayUrl, production, dir))
    await up.failed
  } catch (error) {
    if (stopping.signal.aborted) return
    report(error)
    await stop(1)
  }
}

/** Writes sample content, and prints its authors once, when it was created. */
async function fill(gatewayUrl: string): Promise<void> {
  const written = await fillWithSamples(gatewayUrl).catch((error: Error) =>
    progress.warn(`no sample content: ${error.message}`),
  )
  if (!written) return
  progress.done(`sample content: ${written.authors} authors, ${written.posts} posts, ${written.comments} comments`)
  const [first, ...others] = authors.map(({ username }) => username)
  progress.text(`
  Sample account ${emailOf(first ?? '')}, password "${samplePassword}"
  (and so ${others.join(', ')}). They are not made when NODE_ENV is production.
`)
}

/** Prints the message of a problem that a person can fix, and the stack of any other error. */
function report(error: unknown): void {
  const forPeople = [CannotStart, KafkaUnavailable, MigrationFailed, RoleKeepsEnding].some(
    (kind) => error instanceof kind,
  )
  progress.failed(forPeople ? (error as Error).message : `${(error as Error).stack ?? error}`)
}

await main().catch((error: unknown) => {
  report(
    (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS')
      ? new CannotStart(`${(error as Error).message}\n\n${usage}`)
      : error,
  )
  process.exit(1)
})
