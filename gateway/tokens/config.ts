import { z } from 'zod'

/** Signatures that a public key verifies. Shared secrets are excluded: every holder of the key could sign. */
const algorithms = ['EdDSA', 'Ed25519', 'ES256', 'ES384', 'ES512', 'RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']

/** Configuration of access tokens. With JWKS_URL alone, those of the users service are accepted. */
export const tokenConfig = {
  JWKS_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .meta({ value: 'an http or https url, unless OIDC_ISSUER is set', description: 'where the public keys are' }),
  OIDC_ISSUER: z
    .url({ protocol: /^https?$/ })
    .optional()
    .meta({
      value: 'an http or https url',
      description: 'another issuer, exactly as its tokens name it; its keys are found by OpenID Connect Discovery',
    }),
  TOKEN_ISSUER: z.string().optional().describe('the claim iss; OIDC_ISSUER, or else inkstream, when not set'),
  TOKEN_AUDIENCE: z.string().default('inkstream').describe('the claim aud'),
  TOKEN_ALGORITHMS: z
    .string()
    .default('EdDSA')
    .transform((list) => list.split(',').map((name) => name.trim()))
    .pipe(z.array(z.enum(algorithms)))
    .meta({ value: `of ${algorithms.join(', ')}, comma-separated`, description: 'how tokens may be signed' }),
  TOKEN_USER_CLAIM: z.string().default('sub').describe('the claim that has the user’s id'),
  TOKEN_ROLES_CLAIM: z.string().default('roles').describe('the claim that has the roles, a list'),
  TOKEN_ROLES: z
    .string()
    .default('moderator')
    .transform((list) => list.split(',').map((name) => name.trim()))
    .meta({
      value: 'names, comma-separated',
      description: 'the roles that subgraphs know; others of a token are left out',
    }),
}

/** The values of `tokenConfig`. */
export type TokenConfig = z.infer<z.ZodObject<typeof tokenConfig>>

/** The rules for a token, and the claims that identify its user. */
export type TokenRules = {
  readonly issuer: string
  readonly audience: string
  readonly algorithms: string[]
  readonly userClaim: string
  readonly rolesClaim: string
  /** Roles that are passed to subgraphs. */
  readonly roles: readonly string[]
  /** The claim with the id of a session of the users service; null for another issuer, which has no sessions here. */
  readonly sessionClaim: string | null
}

export const tokenRules = (config: TokenConfig): TokenRules => ({
  issuer: config.TOKEN_ISSUER ?? config.OIDC_ISSUER ?? 'inkstream',
  audience: config.TOKEN_AUDIENCE,
  algorithms: config.TOKEN_ALGORITHMS,
  userClaim: config.TOKEN_USER_CLAIM,
  rolesClaim: config.TOKEN_ROLES_CLAIM,
  roles: config.TOKEN_ROLES,
  sessionClaim: config.OIDC_ISSUER ? null : 'sid',
})
