import { z } from 'zod'
import { secretProblems } from './secrets.ts'

/**
 * Reads the process's configuration through one schema, at the entry point and nowhere else. A bad value ends the
 * process (exit code 78, EX_CONFIG) with a message that names each variable, what it was and what it may be. So does a
 * secret that is none, in production.
 */
export function readConfig<Schema extends z.ZodObject>(
  schema: Schema,
  env: NodeJS.ProcessEnv = process.env,
): z.infer<Schema> {
  const result = parseConfig(schema, env)
  const problems = 'config' in result ? secretProblems(result.config) : result.problems
  if ('config' in result && problems.length === 0) return result.config
  process.stderr.write(`${problems.join('\n')}\n`)
  process.exit(78)
}

/**
 * The same without the exit. An empty value counts as not set, and so does a port that Kubernetes sets for a Service of
 * that name, as in `USERS_PORT=tcp://10.0.0.1:80`.
 */
export function parseConfig<Schema extends z.ZodObject>(
  schema: Schema,
  env: NodeJS.ProcessEnv,
): { readonly config: z.infer<Schema> } | { readonly problems: readonly string[] } {
  const given = Object.fromEntries(
    Object.keys(schema.shape).map((name) => [name, ofKubernetes(name, env[name]) ? undefined : env[name] || undefined]),
  )
  const parsed = schema.safeParse(given)
  if (parsed.success) return { config: parsed.data }
  return {
    problems: parsed.error.issues.map((issue) => {
      const name = String(issue.path[0])
      const was = given[name] === undefined ? 'is not set' : `is "${secret.test(name) ? '…' : given[name]}"`
      const may = schema.shape[name]?.meta?.()?.description
      return `${name} ${was}: ${issue.message}${may ? ` (${may})` : ''}`
    }),
  }
}

const ofKubernetes = (name: string, value = '') => name.endsWith('_PORT') && /^(tcp|udp|sctp):\/\//.test(value)

const secret = /SECRET|KEY|PASSWORD|URL/

/** A TCP port. */
export const port = (standard: number) =>
  z.coerce.number().int().min(1).max(65_535).default(standard).describe('a TCP port, 1 to 65535')

/** A PostgreSQL connection string. */
export const databaseUrl = z
  .string()
  .regex(/^postgres(ql)?:\/\//, 'must start with postgresql://')
  .describe('postgresql://user:password@host:port/database')

/** Kafka's bootstrap addresses, comma-separated. */
const brokers = z
  .string()
  .transform((list) => list.split(',').map((address) => address.trim()))
  .pipe(
    z
      .array(z.string().regex(/^(\[[0-9a-fA-F:.]+\]|[^\s:[\]]+):\d+$/, 'must be host:port, or [IPv6 address]:port'))
      .min(1),
  )
  .describe('comma-separated host:port')

/** What every role reads. */
export const commonConfig = {
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  HOST: z.string().default('127.0.0.1').describe('the address to listen on'),
  NODE_ENV: z.enum(['production', 'development', 'test']).default('development'),
}

/** What every role that speaks to Kafka reads. */
export const kafkaConfig = {
  KAFKA_BROKERS: brokers,
  TOPIC_PREFIX: z
    .string()
    .regex(/^[a-zA-Z0-9._-]*$/)
    .default('')
    .describe('letters, digits, ".", "_", "-"'),
  TOPIC_REPLICATION: z.coerce.number().int().min(1).max(32).default(1),
  TOPIC_MIN_INSYNC_REPLICAS: z.coerce.number().int().min(1).max(32).default(1),
}
