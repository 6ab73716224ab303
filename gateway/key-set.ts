import type { JSONWebKeySet } from 'jose'
import { z } from 'zod'

/** In milliseconds, for each of the requests. */
const TIMEOUT_MS = 2_000

const discovery = z.object({ issuer: z.string(), jwks_uri: z.url() })

/** Fetches a JSON Web Key Set. @throws when it is not there; whether it is one is jose's to say */
export const fetchKeySet = (url: string): Promise<JSONWebKeySet> => fetchJson(url) as Promise<JSONWebKeySet>

/**
 * Fetches the key set of an issuer of OpenID Connect, wherever it says that it is now.
 * @throws when what is found there is not the issuer's own
 */
export async function discoverKeySet(issuer: string): Promise<JSONWebKeySet> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
  const found = discovery.parse(await fetchJson(url))
  // Or somebody could bring another's keys under this name (OpenID Connect Discovery 1.0, 4.3).
  if (found.issuer !== issuer) throw new Error(`${url} is of the issuer "${found.issuer}", not of "${issuer}"`)
  return fetchKeySet(found.jwks_uri)
}

async function fetchJson(url: string): Promise<unknown> {
  const response = await fetch(url, {
    headers: { accept: 'application/json' },
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  if (!response.ok) throw new Error(`${url} answered HTTP ${response.status}`)
  return response.json()
}
