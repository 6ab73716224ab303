import { z } from 'zod'
import { commonConfig, port } from '#cqrs/process/config.ts'
import { keysByPeer } from '#cqrs/trust/keys.ts'
import { operationsConfig } from './operations/config.ts'
import { rateLimitConfig } from './rate-limits/config.ts'
import { tokenConfig } from './token-config.ts'

const milliseconds = (standard: number) =>
  z.coerce.number().int().min(1).max(600_000).default(standard).describe('milliseconds, 1 to 600000')
const count = (standard: number) => z.coerce.number().int().min(1).default(standard).describe('a whole number from 1')

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
  .describe('name=url, comma-separated')

/** Whose word is taken for the address of a client: proxies in front of us, and nobody when there are none. */
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
  .describe('comma-separated addresses or networks, as in 10.0.0.0/8')

/** What the gateway reads. */
export const gatewayConfig = z.object({
  ...commonConfig,
  PORT: port(4000),
  OPS_HOST: z.string().default('127.0.0.1').describe('the address where operators read health details and metrics'),
  OPS_PORT: port(4010),
  TRUSTED_PROXIES: proxies,
  HSTS_SECONDS: z.coerce
    .number()
    .int()
    .min(0)
    .default(0)
    .describe('how long browsers that came by https come by nothing else, in seconds; 0 says nothing of it'),
  ...tokenConfig,
  SUPERGRAPH_PATH: z.string().default('contracts/supergraph.graphql').describe('a file'),
  ...operationsConfig,
  SUBGRAPH_URLS: subgraphUrls,
  SUBGRAPH_KEYS: keysByPeer,
  SUBGRAPH_TIMEOUT_MS: milliseconds(5_000),
  REQUEST_TIMEOUT_MS: milliseconds(15_000),
  KEEP_ALIVE_TIMEOUT_MS: milliseconds(20_000),
  MAX_CONNECTIONS: count(5_000),
  CORS_ORIGINS: z
    .string()
    .default('')
    .transform((list) => list.split(',').filter(Boolean))
    .describe('comma-separated origins that browsers may call from'),
  ...rateLimitConfig,
  MAX_DEPTH: count(12),
  MAX_ALIASES: count(30),
  MAX_DIRECTIVES: count(30),
  MAX_COST: count(10_000),
  MAX_TOKENS: count(2_000),
  MAX_BODY_BYTES: count(1024 * 1024),
})

export type GatewayConfig = z.infer<typeof gatewayConfig>
