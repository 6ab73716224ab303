import { relative } from 'node:path'
import { z } from 'zod'
import { isSet } from './is-set.ts'
import { isOfKubernetes, misspelled } from './misspelled.ts'
import { secretProblems } from './secrets.ts'
import { usageOf } from './usage.ts'
import { variablesOf } from './variables.ts'

/**
 * Reads the configuration of a process that takes no arguments. Call it at the entry point only. With `--help` it shows
 * the variables and ends the process.
 */
export function readConfig<Schema extends z.ZodObject>(
  schema: Schema,
  env: NodeJS.ProcessEnv = process.env,
): z.infer<Schema> {
  if (asksForHelp()) {
    process.stdout.write(`${helpOf(schema)}\n`)
    process.exit(0)
  }
  return requireConfig(schema, env)
}

/**
 * Reads the environment through one schema. An invalid value ends the process (exit code 78, EX_CONFIG) with a message
 * that names each variable, its value and the valid values. So does an unsafe secret in production. A variable that
 * looks misspelled only causes a warning on standard error, since another program may use it.
 */
export function requireConfig<Schema extends z.ZodObject>(
  schema: Schema,
  env: NodeJS.ProcessEnv = process.env,
): z.infer<Schema> {
  const result = parseConfig(schema, env)
  const problems = 'config' in result ? secretProblems(result.config) : [...result.problems, readMore]
  for (const sentence of misspelled(env, Object.keys(schema.shape))) process.stderr.write(`Warning: ${sentence}\n`)
  if ('config' in result && problems.length === 0) return result.config
  process.stderr.write(`${problems.join('\n')}\n`)
  process.exit(78)
}

/**
 * The same without the exit. An empty value counts as not set (isSet), and so does a port that Kubernetes sets for a
 * Service with that name, such as `USERS_PORT=tcp://10.0.0.1:80`.
 */
export function parseConfig<Schema extends z.ZodObject>(
  schema: Schema,
  env: NodeJS.ProcessEnv,
): { readonly config: z.infer<Schema> } | { readonly problems: readonly string[] } {
  const variables = variablesOf(schema)
  const given = Object.fromEntries(variables.map(({ name }) => [name, valueFrom(env, name)]))
  // JavaScript accepts 1e3, 0x10 and other forms as numbers.
  const refused = variables.filter(({ name, isWhole }) => isWhole && given[name] && !/^\s*-?\d+\s*$/.test(given[name]))
  const parsed = schema.safeParse({ ...given, ...Object.fromEntries(refused.map(({ name }) => [name, Number.NaN])) })
  if (parsed.success) return { config: parsed.data }
  const values = new Map(variables.map(({ name, value }) => [name, value]))
  return {
    problems: parsed.error.issues.map((issue) => {
      const name = String(issue.path[0])
      if (given[name] === undefined) return `${name} is not set: it has no default (${values.get(name)})`
      const was = secret.test(name) ? '…' : given[name]
      // For a wrong type, zod's message adds nothing to the list of valid values.
      const why = issue.code === 'invalid_type' ? 'invalid' : issue.message
      return `${name} is "${was}": ${why} (${values.get(name)})`
    }),
  }
}

const asksForHelp = () => process.argv.slice(2).some((word) => word === '--help' || word === '-h')

const helpOf = (schema: z.ZodObject) => `node ${relative('', process.argv[1] ?? '')}

It takes no arguments, and reads these variables of the environment. docs/configuration.md has those of all processes.

${usageOf(schema)}`

/** The end of messages about invalid values. */
export const readMore = 'See docs/configuration.md for what each variable means.'

function valueFrom(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const value = env[name]
  return !isSet(value) || (name.endsWith('_PORT') && isOfKubernetes(value)) ? undefined : value
}

const secret = /SECRET|KEY|PASSWORD|URL/

/** A TCP port. */
export const port = (standard: number) =>
  z.coerce
    .number()
    .int()
    .min(1)
    .max(65_535)
    .default(standard)
    .meta({ unit: 'a TCP port', description: 'the port to listen on' })

/** A PostgreSQL connection string. */
export const databaseUrl = z
  .string()
  .regex(/^postgres(ql)?:\/\//, 'must start with postgresql://')
  .meta({ value: 'postgresql://user:password@host:port/database' })

/** The same for an optional variable. */
export const optionalDatabaseUrl = (meaning: string) =>
  databaseUrl.optional().meta({ ...databaseUrl.meta(), description: meaning })

/** Kafka's bootstrap addresses, comma-separated. */
const brokers = z
  .string()
  .transform((list) => list.split(',').map((address) => address.trim()))
  .pipe(
    z
      .array(z.string().regex(/^(\[[0-9a-fA-F:.]+\]|[^\s:[\]]+):\d+$/, 'must be host:port, or [IPv6 address]:port'))
      .min(1),
  )
  .meta({ value: 'host:port, comma-separated', description: 'where Kafka is' })

/** The variables of every role. */
export const commonConfig = {
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('info')
    .describe('the least severe level that is logged'),
  HOST: z.string().default('127.0.0.1').meta({ value: 'an address', description: 'the address to listen on' }),
  NODE_ENV: z
    .enum(['production', 'development', 'test'])
    .default('development')
    .describe(
      'in production there is no introspection, no playground and no sample account, and published or weak secrets are refused',
    ),
}

const replicas = z.coerce.number().int().min(1).max(32).default(1)

/** The variable of roles that name topics. */
export const topicPrefix = {
  TOPIC_PREFIX: z
    .string()
    .regex(/^[a-zA-Z0-9._-]*$/)
    .default('')
    .meta({
      value: 'letters, digits, ".", "_" and "-"',
      description: 'stands before the name of every topic and consumer group',
    }),
}

/** The variables of every role that uses Kafka. */
export const kafkaConfig = {
  KAFKA_BROKERS: brokers,
  ...topicPrefix,
  TOPIC_REPLICATION: replicas.describe('how many brokers have a copy of each topic'),
  TOPIC_MIN_INSYNC_REPLICAS: replicas.describe('how many of them must have a record before it counts as written'),
}
