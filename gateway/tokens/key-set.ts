import type { JSONWebKeySet } from 'jose'
import { z } from 'zod'
import type { TokenConfig } from './config.ts'

/** For one complete look-up, in milliseconds: a request with a new key waits for it, within its own time. */
const TIMEOUT_MS = 6_000

const discovery = z.object({ issuer: z.string(), jwks_uri: z.url() })

/** Fetches the keys of the issuer that is configured. @throws when they are not available */
export async function configuredKeySet({ JWKS_URL, OIDC_ISSUER }: TokenConfig): Promise<JSONWebKeySet> {
  if (OIDC_ISSUER !== undefined) return discoverKeySet(OIDC_ISSUER)
  if (JWKS_URL !== undefined) return fetchKeySet(JWKS_URL)
  throw new Error('Neither JWKS_URL nor OIDC_ISSUER is set.')
}

/** Fetches a JSON Web Key Set without validating it, which jose does later. @throws when it is not available */
export const fetchKeySet = (url: string): Promise<JSONWebKeySet> =>
  fetchJson(url, AbortSignal.timeout(TIMEOUT_MS)) as Promise<JSONWebKeySet>

/**
 * Fetches the key set of an OpenID Connect issuer from the address in its discovery document.
 * @throws when the document belongs to another issuer
 */
async function discoverKeySet(issuer: string): Promise<JSONWebKeySet> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
  const signal = AbortSignal.timeout(TIMEOUT_MS)
  const found = discovery.parse(await fetchJson(url, signal))
  // Otherwise another issuer's keys could be used under this name (OpenID Connect Discovery 1.0, 4.3).
  if (found.issuer !== issuer) throw new Error(`${url} is of the issuer "${found.issuer}", not of "${issuer}"`)
  return fetchJson(found.jwks_uri, signal) as Promise<JSONWebKeySet>
}

async function fetchJson(url: string, signal: AbortSignal): Promise<unknown> {
  const response = await fetch(url, {
    headers: { accept: 'application/json' },
    redirect: 'error',
    signal,
  })
  if (!response.ok) throw new Error(`${url} answered HTTP ${response.status}`)
  return response.json()
}
