import { createHmac, randomUUID } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import Fastify from 'fastify'
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'

/** An issuer of access tokens, with a key set and an OpenID configuration on its own port. */
export type TokenIssuer = {
  readonly url: string
  readonly jwksUrl: string
  /** How often its key set was fetched. */
  readonly fetches: () => number
  /** Breaks every connection while true. */
  down: boolean
  /** Delay of the key set, in milliseconds. */
  delayMs: number
  /** The issuer name in its OpenID configuration. */
  name: string
  /** The published key set. */
  published: { keys: JWK[] }
  /** Signs with a new key from now on. @returns the key set published before */
  rotate(alg?: string): Promise<{ keys: JWK[] }>
  /** A valid token with these changes. `undefined` removes a claim, null the expiry; times are in seconds from now. */
  token(
    claims?: { exp?: number | null; nbf?: number; [claim: string]: unknown },
    header?: { alg?: string; kid?: string | undefined },
  ): Promise<string>
  close(): Promise<void>
}

export const userId = '01890000-0000-7000-8000-00000000000a'
export const sessionId = '01890000-0000-7000-8000-00000000000b'

export async function startTokenIssuer(): Promise<TokenIssuer> {
  let signing: { key: CryptoKey; alg: string; kid: string }
  let fetches = 0
  const server = Fastify({ forceCloseConnections: true })
  server.addHook('onRequest', async (request, reply) => {
    if (!issuer.down) return
    reply.hijack()
    request.raw.destroy()
  })
  server.get('/keys', async () => {
    fetches++
    // As it was when it was asked: a test that has seen the fetch may rotate the keys before the answer is sent.
    const { published } = issuer
    await setTimeout(issuer.delayMs)
    return published
  })
  server.get('/.well-known/openid-configuration', async () => ({ issuer: issuer.name, jwks_uri: issuer.jwksUrl }))
  await server.listen({ host: '127.0.0.1', port: 0 })
  const url = `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`

  const issuer: TokenIssuer = {
    url,
    jwksUrl: `${url}/keys`,
    fetches: () => fetches,
    down: false,
    delayMs: 0,
    name: url,
    published: { keys: [] },
    async rotate(alg = 'EdDSA') {
      const before = issuer.published
      const { publicKey, privateKey } = await generateKeyPair(alg)
      signing = { key: privateKey, alg, kid: randomUUID() }
      issuer.published = { keys: [{ ...(await exportJWK(publicKey)), kid: signing.kid, alg, use: 'sig' }] }
      return before
    },
    token({ exp = 60, nbf, ...claims } = {}, header = {}) {
      const now = Math.floor(Date.now() / 1000)
      const times = { iat: now, ...(exp !== null && { exp: now + exp }), ...(nbf !== undefined && { nbf: now + nbf }) }
      return new SignJWT({ iss: 'inkstream', aud: 'inkstream', sub: userId, sid: sessionId, ...times, ...claims })
        .setProtectedHeader({ alg: signing.alg, kid: signing.kid, ...header })
        .sign(signing.key)
    },
    close: () => server.close(),
  }
  await issuer.rotate()
  return issuer
}

const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')

/** The token with another header, signed with the text as a shared secret, or unsigned. */
export function forge(token: string, header: object, secret?: string): string {
  const signed = `${encoded(header)}.${token.split('.')[1]}`
  return `${signed}.${secret === undefined ? '' : createHmac('sha256', secret).update(signed).digest('base64url')}`
}
