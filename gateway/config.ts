import { z } from 'zod'
import { commonConfig, port } from '#toolkit/process/config.ts'
import { keysByPeer } from '#toolkit/trust/keys.ts'
import { consistencyConfig, waitIsShorterThanTimeout } from './consistency/config.ts'
import { operationsConfig } from './operations/config.ts'
import { rateLimitConfig } from './rate-limits/config.ts'
import { tokenConfig } from './tokens/config.ts'

const milliseconds = (standard: number) =>
  z.coerce.number().int().min(1).max(600_000).default(standard).meta({ unit: 'milliseconds' })
const count = (standard: number) => z.coerce.number().int().min(1).default(standard)

/** `users=http://…/graphql,posts=…`, as a map. */
const subgraphUrls = z
  .string()
  .default('')
  .transform((list) =>
    list
      .split(',')
      .filter(Boolean)
      .map((entry) => entry.split(/=(.*)/s).slice(0, 2)),
  )
  .pipe(z.array(z.tuple([z.string().min(1), z.url()])))
  .transform((entries) => new Map(entries))
  .meta({ value: 'name=url, comma-separated', description: 'where subgraphs are, if not where the supergraph says' })

/** Proxies in front of the gateway whose forwarded client addresses are trusted. Empty: none. */
const proxies = z
  .string()
  .default('')
  .transform((list) =>
    list
      .split(',')
      .map((entry) => entry.trim())
      .filter(Boolean),
  )
  .pipe(z.array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()])))
  .meta({
    value: 'addresses or networks, comma-separated, as in 10.0.0.0/8',
    description: 'the proxies in front, whose word is taken for the address of a client',
  })

const variables = z.object({
  ...commonConfig,
  PORT: port(4000),
  OPS_HOST: z
    .string()
    .default('127.0.0.1')
    .meta({ value: 'an address', description: 'where operators read health details and metrics' }),
  OPS_PORT: port(4010).describe('the port where operators read health details and metrics'),
  TRUSTED_PROXIES: proxies,
  HSTS_SECONDS: z.coerce.number().int().min(0).default(0).meta({
    unit: 'seconds',
    description: 'how long browsers that came by https come by nothing else; 0 says nothing of it',
  }),
  ...tokenConfig,
  SUPERGRAPH_PATH: z
    .string()
    .default('contracts/supergraph.graphql')
    .meta({ value: 'a file', description: 'the composed supergraph; it is read again when it changes' }),
  ...operationsConfig,
  SUBGRAPH_URLS: subgraphUrls,
  SUBGRAPH_KEYS: keysByPeer.describe('the keys to sign requests to each subgraph with'),
  SUBGRAPH_TIMEOUT_MS: milliseconds(5_000).describe('how long a subgraph may take to answer'),
  REQUEST_TIMEOUT_MS: milliseconds(15_000).describe(
    'how long a request may take to arrive, and then its answer to be made',
  ),
  ...consistencyConfig,
  KEEP_ALIVE_TIMEOUT_MS: milliseconds(20_000).describe(
    'how long an idle connection stays open; longer than a proxy in front keeps it',
  ),
  MAX_CONNECTIONS: count(5_000).describe('the most connections at once; the newest beyond that is closed'),
  CORS_ORIGINS: z
    .string()
    .default('')
    .transform((list) => list.split(',').filter(Boolean))
    .meta({ value: 'origins, comma-separated', description: 'from where browsers may call' }),
  ...rateLimitConfig,
  MAX_DEPTH: count(12).describe('the most levels of fields in an operation'),
  MAX_ALIASES: count(30).describe('the most aliases in an operation'),
  MAX_DIRECTIVES: count(30).describe('the most directives in an operation'),
  MAX_COST: count(10_000).describe(
    'the most that an operation may cost, counted before it runs: about one for each field it could answer',
  ),
  MAX_TOKENS: count(2_000).describe('the most tokens of a document'),
  MAX_BODY_BYTES: count(1024 * 1024).meta({ unit: 'bytes', description: 'the longest body of a request' }),
})

/** Configuration of the gateway. */
export const gatewayConfig = variables
  .refine(({ JWKS_URL, OIDC_ISSUER }) => JWKS_URL ?? OIDC_ISSUER, { path: ['JWKS_URL'] })
  .check(waitIsShorterThanTimeout)

export type GatewayConfig = z.infer<typeof gatewayConfig>
