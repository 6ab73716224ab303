import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose'
import type { Prisma, PrismaClient } from '#prisma/users/write/generated/client.ts'
import type { Part } from '#toolkit/process/lifecycle.ts'
import type { Log } from '#toolkit/process/log.ts'
import { isDue, retired, signingKey } from './key-ages.ts'
import { seal, unseal } from './sealed.ts'

/** How often the table is read, in milliseconds. Keys that an operator deleted may sign for this long. */
const LOOK_EVERY_MS = 5_000

export type KeyRing = {
  readonly signing: { readonly id: string; readonly privateKey: CryptoKey }
  /** The public keys that verify tokens. */
  readonly jwks: { readonly keys: readonly JWK[] }
}

/** The keys that sign access tokens, kept in the write database and shared by all instances. */
export type SigningKeys = Part & {
  /** @throws when they were never read and cannot be */
  ring(): Promise<KeyRing>
}

type StoredKey = {
  readonly id: string
  readonly publicKey: JWK
  readonly privateKey: Uint8Array
  readonly age: number
}

export function createSigningKeys(options: {
  readonly database: PrismaClient
  /** Encrypts private keys. */
  readonly secret: string
  /** A new key is made when the newest one is this old. */
  readonly days: number
  /** The lifetime of a token. */
  readonly tokenMinutes: number
  readonly log: Log
}): SigningKeys {
  const { database, secret, log } = options
  const rotationMs = options.days * 86_400_000
  const tokenMs = options.tokenMinutes * 60_000
  let known: KeyRing | undefined
  let timer: NodeJS.Timeout | undefined

  /** Reads the keys, makes a new one when it is due, and deletes retired ones. */
  async function look(): Promise<KeyRing> {
    let keys = await read(database)
    if (isDue(keys, rotationMs) || retired(keys, tokenMs).length > 0)
      keys = await database.$transaction(async (transaction) => {
        // One instance at a time; the others then find it done.
        await transaction.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('inkstream signing keys'))`
        const before = await read(transaction)
        await transaction.signingKey.deleteMany({
          where: { id: { in: retired(before, tokenMs).map(({ id }) => id) } },
        })
        if (isDue(before, rotationMs)) await write(transaction, await newKey(secret))
        return read(transaction)
      })
    const signing = signingKey(keys)
    if (!signing) throw new Error('there is no signing key')
    if (known?.signing.id !== signing.id) log.info({ key: signing.id }, 'tokens are signed with this key from now on')
    const jwks = { keys: keys.map(({ publicKey }) => publicKey) }
    known = { signing: known?.signing.id === signing.id ? known.signing : await open(secret, signing), jwks }
    return known
  }

  const lookAndTell = () =>
    look().then(
      () => undefined,
      (error: unknown) => log.error({ err: error }, 'could not read the signing keys, trying again'),
    )

  const keepLooking = () => {
    timer = setTimeout(() => void lookAndTell().then(() => timer && keepLooking()), LOOK_EVERY_MS).unref()
  }

  return {
    name: 'signing keys',
    async start() {
      await lookAndTell()
      keepLooking()
    },
    async stop() {
      clearTimeout(timer)
      timer = undefined
    },
    ring: async () => known ?? look(),
  }
}

/** Uses the clock of the database, which also computes ages: Prisma would write the time of this process. */
const write = (sql: Prisma.TransactionClient, { id, publicKey, privateKey }: Awaited<ReturnType<typeof newKey>>) =>
  sql.$executeRaw`
    INSERT INTO "write".signing_keys (id, "publicKey", "privateKey", "createdAt")
    VALUES (${id}, ${JSON.stringify(publicKey)}::jsonb, ${privateKey}, clock_timestamp())`

const read = (sql: Prisma.TransactionClient): Promise<StoredKey[]> =>
  sql.$queryRaw`SELECT id, "publicKey", "privateKey", extract(epoch FROM clock_timestamp() - "createdAt")::float8 * 1000 AS age
    FROM "write".signing_keys ORDER BY "createdAt" DESC, id`

/** An Ed25519 key, named by its thumbprint (RFC 7638). */
async function newKey(secret: string) {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
  const shown = await exportJWK(publicKey)
  const id = await calculateJwkThumbprint(shown)
  return {
    id,
    publicKey: { ...shown, kid: id, alg: 'EdDSA', use: 'sig' },
    privateKey: await seal(secret, await exportJWK(privateKey)),
  }
}

async function open(secret: string, { id, privateKey }: StoredKey): Promise<KeyRing['signing']> {
  const key = await unseal(secret, privateKey).catch((cause: unknown) => {
    throw new Error(
      `signing key ${id} was not encrypted under SIGNING_KEY_SECRET as it is now: set the one from before, or make new keys with \`npm run ops -- rotate-keys\``,
      { cause },
    )
  })
  return { id, privateKey: (await importJWK(key, 'EdDSA')) as CryptoKey }
}
