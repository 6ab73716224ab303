import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { PrismaClient } from '#prisma/users/write/generated/client.ts'
import { prismaAdapter } from '#toolkit/database/prisma.ts'
import { createTestDatabase } from '../../../../tests/support/databases.ts'
import { createAccessTokens } from './access-tokens.ts'
import { createSigningKeys } from './signing-keys.ts'

let database: PrismaClient

beforeAll(async () => {
  const { url, schema } = await createTestDatabase('users', 'write')
  database = new PrismaClient({ adapter: prismaAdapter(url, schema) })
})
beforeEach(() => database.signingKey.deleteMany())
afterAll(() => database?.$disconnect())

const log = pino({ level: 'silent' })
/** An instance that has just started. */
const instance = (secret = 'a secret of sixteen') =>
  createSigningKeys({ database, secret, days: 30, tokenMinutes: 15, log })
const claims = { userId: 'u', sessionId: 's', roles: ['moderator'] }
const tokens = (keys = instance()) => createAccessTokens({ keys, issuer: 'issuer', audience: 'readers', minutes: 15 })
const kidOf = (token: string) => decodeProtectedHeader(token).kid
const age = (id: string | undefined, time: string) =>
  database.$executeRaw`UPDATE "write".signing_keys SET "createdAt" = now() - ${time}::interval WHERE id = ${id}`

describe('an access token', () => {
  test('identifies the caller, and is verified by the published keys', async () => {
    const keys = instance()
    const { accessToken, expiresAt } = await tokens(keys).issue(claims)
    const { payload, protectedHeader } = await jwtVerify(
      accessToken,
      createLocalJWKSet((await keys.ring()).jwks as never),
      {
        issuer: 'issuer',
        audience: 'readers',
        algorithms: ['EdDSA'],
      },
    )
    expect(payload).toMatchObject({ sub: 'u', sid: 's', roles: ['moderator'] })
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(15 * 60)
    expect(expiresAt.getTime()).toBe((payload.exp ?? 0) * 1000)
    expect(protectedHeader).toEqual({ alg: 'EdDSA', kid: (await keys.ring()).signing.id })
  })
})

describe('signing keys', () => {
  test('are made when none exists, one for all instances that start at once', async () => {
    // The first round opens the connections, so that the later rounds really race.
    for (let round = 0; round < 5; round++) {
      await database.signingKey.deleteMany()
      const rings = await Promise.all([1, 2, 3, 4].map(() => instance().ring()))
      expect(new Set(rings.map(({ signing }) => signing.id)).size).toBe(1)
      expect(await database.signingKey.count()).toBe(1)
    }
  })

  test('are published without their private part', async () => {
    const { jwks, signing } = await instance().ring()
    expect(jwks.keys).toEqual([
      { kty: 'OKP', crv: 'Ed25519', x: expect.any(String), kid: signing.id, alg: 'EdDSA', use: 'sig' },
    ])
  })

  test('are stored encrypted, and need the same secret to be read', async () => {
    const { signing } = await instance().ring()
    const { privateKey } = await database.signingKey.findUniqueOrThrow({ where: { id: signing.id } })
    expect(Buffer.from(privateKey).toString()).toMatch(/^[\w-]+\.\.[\w-]+\.[\w-]+\.[\w-]+$/)
    await expect(instance('another secret of ours').ring()).rejects.toThrow(/SIGNING_KEY_SECRET.*rotate-keys/)
  })

  test('are replaced by age: the next is published, then signs, then the old one is deleted', async () => {
    const first = kidOf((await tokens().issue(claims)).accessToken)
    await age(first, '31 days')

    const published = await instance().ring()
    expect(published.jwks.keys).toHaveLength(2)
    expect(published.signing.id).toBe(first)

    const next = published.jwks.keys.find(({ kid }) => kid !== first)?.kid
    await age(next, '11 minutes')
    const replaced = await instance().ring()
    expect(replaced.signing.id).toBe(next)
    expect(replaced.jwks.keys).toHaveLength(2)

    await age(next, '31 minutes')
    const alone = await instance().ring()
    expect(alone.jwks.keys.map(({ kid }) => kid)).toEqual([next])
    expect(await database.signingKey.count()).toBe(1)
  })

  test.each([-365, 365])(
    'have an age that does not depend on the clock of the process that made them: %i days off',
    async (days) => {
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + days * 86_400_000 })
      try {
        const { signing } = await instance().ring()
        expect((await instance().ring()).signing.id).toBe(signing.id)
        expect(await database.signingKey.count()).toBe(1)
        await age(signing.id, '31 days')
        await instance().ring()
        expect(await database.signingKey.count()).toBe(2)
        await instance().ring()
        expect(await database.signingKey.count()).toBe(2)
      } finally {
        vi.useRealTimers()
      }
    },
  )

  test('that an operator deleted are replaced by one that signs at once', async () => {
    const first = kidOf((await tokens().issue(claims)).accessToken)
    await database.signingKey.deleteMany()
    const { signing, jwks } = await instance().ring()
    expect(signing.id).not.toBe(first)
    expect(jwks.keys.map(({ kid }) => kid)).toEqual([signing.id])
  })
})
