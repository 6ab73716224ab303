import pg from 'pg'
import type { Log } from '../process/log.ts'
import { asStartupOptions, type Bounds, settingsOf } from './settings.ts'

/** Parameters of a url that say how to reach the server. Every other one would override what a connection must have. */
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
  /** Where names without a schema are looked up; everything here names its schema, but for migrations. */
  readonly searchPath?: string
}

/**
 * How to connect to the server of a url, with the settings that results depend on. They go as start-up options, which
 * stand above those of the server, the database and the role; the url's own `options` come before them.
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

/** The url with what reaches the server alone, and the start-up options that it named. */
function splitUrl(url: string): { readonly reach: string; readonly options: string } {
  const [address = '', query = ''] = url.split(/\?(.*)/s)
  const parameters = new URLSearchParams(query)
  const reach = new URLSearchParams([...parameters].filter(([name]) => reachParameters.has(name)))
  return { reach: reach.size > 0 ? `${address}?${reach}` : address, options: parameters.get('options') ?? '' }
}

/** One connection, for who needs a session of its own. */
export const createClient = (url: string, options: ConnectOptions): pg.Client =>
  new BoundedClient(connectionConfig(url, options))

/** Connections that go back to the pool clean, or not at all. */
export function createPool(
  url: string,
  options: ConnectOptions & { readonly max: number; readonly log?: Log },
): pg.Pool {
  const pool = new CleanPool({ ...connectionConfig(url, options), max: options.max, Client: BoundedClient })
  pool.on('error', (error) => options.log?.warn({ err: error }, 'an idle connection broke'))
  return pool
}

/** A connection that did not answer in time is destroyed: whatever is sent on it afterwards would wait behind that. */
class BoundedClient extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super(config)
    // Of the environment, PGREPLICATION would make another protocol of it; no configuration overrides that.
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
  // Who sent the statement has its error; that the connection has ended is not news to anybody.
  client.once('error', () => undefined)
  ;(client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy()
}

/**
 * A connection that comes back with a transaction open, or with a statement that was not answered, is destroyed: the
 * next one to use it would commit what somebody gave up.
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
