import { reachableHost } from './reachable-host.ts'

/** How long a role may take to answer, in milliseconds. */
const ANSWERS_WITHIN_MS = 2_000

/**
 * Asks a role on a port of this machine.
 * @param listensOn as its variable HOST says
 * @returns undefined when it is ready, else what it lacks
 */
export async function whyNotReady(port: number, listensOn: string | undefined): Promise<string | undefined> {
  try {
    const response = await fetch(`http://${reachableHost(listensOn)}:${port}/health/ready`, {
      signal: AbortSignal.timeout(ANSWERS_WITHIN_MS),
    })
    const text = await response.text()
    return response.ok ? undefined : (reasons(text) ?? `it answers ${response.status}`)
  } catch {
    return 'it does not answer'
  }
}

/** Of a role that shows its parts; not every one does. */
function reasons(text: string): string | undefined {
  try {
    const { parts } = JSON.parse(text) as { parts: Record<string, { ready: boolean; reason?: string }> }
    const lacking = Object.entries(parts).filter(([, { ready }]) => !ready)
    return lacking.map(([name, { reason }]) => `${name}: ${reason}`).join('; ') || undefined
  } catch {
    return undefined
  }
}
