/** Variables that are passed on to the roles when they are set; each takes what it knows. */
const names = [
  'LOG_LEVEL',
  'NODE_ENV',
  'TOPIC_PREFIX',
  'TOPIC_REPLICATION',
  'TOPIC_MIN_INSYNC_REPLICAS',
  'OIDC_ISSUER',
  'TOKEN_ISSUER',
  'TOKEN_AUDIENCE',
  'TOKEN_ALGORITHMS',
  'TOKEN_USER_CLAIM',
  'TOKEN_ROLES_CLAIM',
  'TRUSTED_PROXIES',
  'CORS_ORIGINS',
]

export const passedOn = (env: NodeJS.ProcessEnv): Readonly<Record<string, string>> =>
  Object.fromEntries(
    names.flatMap((name) => {
      const value = env[name]
      return value ? [[name, value]] : []
    }),
  )
