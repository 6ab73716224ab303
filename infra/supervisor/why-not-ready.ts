import { reachableHost } from './reachable-host.ts'

/** How long a role may take to answer, in milliseconds. */
const ANSWERS_WITHIN_MS = 2_000

/** What a role lacks, and whether it needs an operator's command: then waiting does not help. */
export type Lack = { readonly what: string; readonly needsOperator: boolean }

/**
 * Asks a role on a port of this machine whether it is ready.
 * @param listensOn the role's variable HOST
 * @returns undefined when it is ready
 */
export async function whyNotReady(port: number, listensOn: string | undefined): Promise<Lack | undefined> {
  try {
    const response = await fetch(`http://${reachableHost(listensOn)}:${port}/health/ready`, {
      signal: AbortSignal.timeout(ANSWERS_WITHIN_MS),
    })
    const text = await response.text()
    return response.ok ? undefined : (lackOf(text) ?? { what: `it answers ${response.status}`, needsOperator: false })
  } catch {
    return { what: 'it does not answer', needsOperator: false }
  }
}

/** Finds the part that is not ready, for roles that show their parts. */
function lackOf(text: string): Lack | undefined {
  try {
    const { parts } = JSON.parse(text) as {
      parts: Record<string, { ready: boolean; reason?: string; needsOperator?: boolean }>
    }
    const lacking = Object.entries(parts).filter(([, { ready }]) => !ready)
    const what = lacking.map(([name, { reason }]) => `${name}: ${reason}`).join('; ')
    return what ? { what, needsOperator: lacking.every(([, { needsOperator }]) => needsOperator === true) } : undefined
  } catch {
    return undefined
  }
}
