import { consistentFetch } from '../../client/consistency.ts'

/** `extensions.consistency` of a reply. */
type Consistency = {
  readonly token?: string
  readonly fresh?: boolean
  readonly behind?: readonly { readonly service: string; readonly id: string; readonly why: string }[]
  readonly refused?: readonly string[]
}

/** What the last answer says about what was written here; empty when it says nothing. */
let latest = ''
const listeners = new Set<() => void>()

export const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
export const latestAnswer = () => latest

const consistent = consistentFetch()

/** Sends with the tokens of earlier answers, so that queries contain what was written here, and notes whether they do. */
export const send: typeof fetch = async (input, init) => {
  const response = await consistent(input, init)
  const reply = (await response
    .clone()
    .json()
    .catch(() => ({}))) as { extensions?: { consistency?: Consistency } }
  latest = inWords(reply.extensions?.consistency)
  for (const listener of listeners) listener()
  return response
}

function inWords({ token, fresh, behind = [], refused = [] }: Consistency = {}): string {
  if (fresh === false)
    return `Not fresh. ${[
      ...behind.map(({ service, id, why }) => `${service} does not have ${id} yet (${why}).`),
      ...refused.map((why) => `A consistency token was refused (${why}).`),
    ].join(' ')}`
  if (token !== undefined) return 'Written. The next answers contain it, or say that they do not.'
  return fresh ? 'Fresh: the answer contains what was written here.' : ''
}
