import pg from 'pg'
import type { Log } from '../process/log.ts'
import { asStartupOptions, type Bounds, settingsOf } from './settings.ts'

/** Url parameters that say how to reach the server. Any other could override a required setting. */
const reachParameters = new Set([
  'host',
  'port',
  'user',
  'password',
  'ssl',
  'sslmode',
  'sslcert',
  'sslkey',
  'sslrootcert',
  'sslnegotiation',
  'uselibpqcompat',
  'application_name',
])

/** How long connecting may take, in milliseconds. */
const CONNECT_MS = 5_000

export type ConnectOptions = {
  readonly bounds: Bounds
  /** The search_path. Only migrations use it: all other statements name their schema. */
  readonly searchPath?: string
}

/**
 * The configuration for a connection to a url's server, with the settings that results depend on. These are passed as
 * start-up options, which override those of the server, the database and the role, and follow the url's own `options`.
 */
export function connectionConfig(
  url: string,
  { bounds, searchPath = '"$user", public' }: ConnectOptions,
): pg.ClientConfig {
  const { reach, options } = splitUrl(url)
  return {
    connectionString: reach,
    options: `${options} ${asStartupOptions(settingsOf(bounds, searchPath))}`.trim(),
    client_encoding: 'UTF8',
    keepAlive: true,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: bounds.client,
  } as pg.ClientConfig
}

/** Splits a url into one that only reaches the server, and its start-up options. */
function splitUrl(url: string): { readonly reach: string; readonly options: string } {
  const [address = '', query = ''] = url.split(/\?(.*)/s)
  const parameters = new URLSearchParams(query)
  const reach = new URLSearchParams([...parameters].filter(([name]) => reachParameters.has(name)))
  return { reach: reach.size > 0 ? `${address}?${reach}` : address, options: parameters.get('options') ?? '' }
}

/** Creates a single connection, for callers that need a session of their own. */
export const createClient = (url: string, options: ConnectOptions): pg.Client =>
  new BoundedClient(connectionConfig(url, options))

/** Creates a pool to which only clean connections return. */
export function createPool(
  url: string,
  options: ConnectOptions & { readonly max: number; readonly log?: Log },
): pg.Pool {
  const pool = new CleanPool({ ...connectionConfig(url, options), max: options.max, Client: BoundedClient })
  pool.on('error', (error) => options.log?.warn({ err: error }, 'an idle connection broke'))
  return pool
}

/** Destroys a connection that did not answer in time: later statements on it would wait for the unanswered one. */
class BoundedClient extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super(config)
    // PGREPLICATION in the environment would switch to the replication protocol, and no configuration overrides it.
    Object.assign((this as unknown as { connectionParameters: object }).connectionParameters, {
      replication: undefined,
    })
  }

  // biome-ignore lint/suspicious/noExplicitAny: pg declares a dozen overloads, which all pass through.
  override query(...given: any[]): any {
    // biome-ignore lint/suspicious/noExplicitAny: see above.
    const result = (super.query as (...given: any[]) => any)(...given)
    if (result instanceof Promise)
      result.catch((error: Error) => {
        if (error.message === 'Query read timeout') destroySocket(this)
      })
    return result
  }
}

function destroySocket(client: pg.Client): void {
  // The sender of the statement gets its error; nobody needs the error of the ended connection.
  client.once('error', () => undefined)
  ;(client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy()
}

/**
 * Destroys a connection that is returned with an open transaction or an unanswered statement. Its next user would
 * commit work that the previous one gave up.
 */
class CleanPool extends pg.Pool {
  override connect(): Promise<pg.PoolClient>
  override connect(done: Connected): void
  override connect(done?: Connected): Promise<pg.PoolClient> | undefined {
    if (!done) return super.connect().then(returningClean)
    super.connect((error, client, release) => {
      if (client) returningClean(client)
      done(error, client, client?.release ?? release)
    })
    return undefined
  }
}

type Connected = (
  error: Error | undefined,
  client: pg.PoolClient | undefined,
  release: (error?: Error | boolean) => void,
) => void

function returningClean(client: pg.PoolClient): pg.PoolClient {
  const { release } = client
  client.release = (error) => release(error || (isClean(client) ? undefined : new Error('it came back in use')))
  return client
}

const isClean = (client: pg.PoolClient): boolean => {
  const { readyForQuery } = client as unknown as { readyForQuery: boolean }
  return readyForQuery && client.getTransactionStatus() === 'I'
}
