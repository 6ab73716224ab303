/** The public example secret in docker-compose.yml. */
const PUBLISHED = 'only-for-trying-it-out'

/** The public example password there, for the user who owns and migrates the databases. */
const PUBLISHED_OF_OWNER = 'inkstream'

/** The minimum length of a secret in characters, without spaces at its ends. */
const SHORTEST = 16

/** A secret and its purpose: `SIGNING_KEY_SECRET`, or `CALLER_KEYS for gateway`. */
type Secret = { readonly of: string; readonly secret: string }

/**
 * The problems with a process's secrets in production, one sentence each, without the secrets. Empty outside
 * production, where the secrets of docker-compose.yml may be used.
 * @param config as it was read. Secrets are in names that end in _SECRET, in _KEYS for shared keys
 * (toolkit/trust/keys.ts), and in _PASSWORDS or _URL for databases
 */
export function secretProblems(config: Readonly<Record<string, unknown>>): readonly string[] {
  if (config.NODE_ENV !== 'production') return []
  const secrets = Object.entries(config).flatMap(([name, value]) => secretsOf(name, value))
  const own = 'In production set one of your own, such as `openssl rand -hex 32` makes.'
  const weak = secrets.flatMap(({ of, secret }) => {
    if (secret.includes(PUBLISHED)) return [`${of} has the secret that docker-compose.yml publishes. ${own}`]
    if (secret.trim().length < SHORTEST) return [`${of} has a secret of fewer than ${SHORTEST} characters. ${own}`]
    return []
  })
  const all = [...secrets, ...Object.entries(config).flatMap(([name, value]) => passwordsOf(name, value))]
  const shared = all.flatMap(({ of, secret }, index) => {
    const other = all.slice(0, index).find((before) => before.secret === secret && before.of !== of)
    return other ? [`${other.of} and ${of} have one secret: whoever has the one has the other. Set one for each.`] : []
  })
  return [...weak, ...publishedPasswords(config, own), ...shared]
}

/** Published passwords in database urls (one user has the same in several), or in the list used by migrations. */
const publishedPasswords = (config: Readonly<Record<string, unknown>>, own: string): readonly string[] =>
  Object.entries(config)
    .flatMap(([name, value]) => [...passwordsOf(name, value), ...passwordInUrl(name, value)])
    .filter(({ of, secret }) => secret === PUBLISHED || (of === 'POSTGRES_URL' && secret === PUBLISHED_OF_OWNER))
    .map(({ of }) => `${of} has the password that docker-compose.yml publishes. ${own}`)

const passwordsOf = (name: string, value: unknown): readonly Secret[] =>
  name.endsWith('_PASSWORDS') && value instanceof Map
    ? [...(value as ReadonlyMap<string, string>)].map(([user, secret]) => ({ of: `${name} for ${user}`, secret }))
    : []

function passwordInUrl(name: string, value: unknown): readonly Secret[] {
  const secret = name.endsWith('_URL') && typeof value === 'string' && passwordIn(value)
  return secret ? [{ of: name, secret }] : []
}

function passwordIn(url: string): string | undefined {
  try {
    return new URL(url).password
  } catch {
    return undefined // not a url: the schema says so
  }
}

function secretsOf(name: string, value: unknown): readonly Secret[] {
  if (name.endsWith('_SECRET') && typeof value === 'string') return [{ of: name, secret: value }]
  if (!name.endsWith('_KEYS')) return []
  const byPeer: Iterable<readonly [string, unknown]> =
    value instanceof Map ? [...value].map(([peer, keys]) => [`${name} for ${peer}`, keys]) : [[name, value]]
  return [...byPeer].flatMap(([of, keys]) =>
    (keys as readonly { readonly secret: string }[]).map(({ secret }) => ({ of, secret })),
  )
}
