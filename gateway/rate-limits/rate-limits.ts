import type { DocumentNode, OperationDefinitionNode } from 'graphql'
import type { Call } from '#toolkit/trust/caller.ts'
import { networkOf } from '#toolkit/trust/network.ts'
import type { Refusal } from '../errors/refusal.ts'
import type { RateLimits } from './config.ts'
import { rootFields } from './root-fields.ts'

/** The length of the window, in milliseconds. */
export const WINDOW_MS = 60_000

/** Adds to the count of a key. @returns the count in the key's current window, and when that window ends */
export type Count = (key: string, times: number) => Promise<{ readonly times: number; readonly endsInMs: number }>

/** The root field that was asked too often, and the refusal. */
export type RateLimited = { readonly field: string; readonly refusal: Refusal }

/** Counts an operation for its caller. @returns undefined while no root field is beyond its limit */
export async function rateLimited(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  options: { readonly call: Call; readonly limits: RateLimits; readonly count: Count },
): Promise<RateLimited | undefined> {
  const { call, limits, count } = options
  const fields = [...rootFields(document, operation)]
  const counted = await Promise.all(
    fields.map(async ([field, times]) => ({ field, ...(await count(`${field} ${callerOf(call)}`, times)) })),
  )
  const beyond = counted.find(({ field, times }) => times > limitOf(limits, field))
  if (!beyond) return
  const { field, endsInMs } = beyond
  return { field, refusal: tooManyRequests(field, limitOf(limits, field), Math.ceil(endsInMs / 1_000)) }
}

const limitOf = (limits: RateLimits, field: string): number => limits.get(field) ?? limits.get('*') ?? Infinity

/** Signed-in users are counted across networks; all other callers of one network are counted together. */
const callerOf = ({ caller, address }: Call): string =>
  caller ? `user ${caller.userId}` : `network ${networkOf(address)}`

const tooManyRequests = (field: string, limit: number, seconds: number): Refusal => ({
  code: 'TOO_MANY_REQUESTS',
  message: `${field} was asked more than ${limit} times in a minute: try again in ${seconds} s.`,
  extensions: { field, retryAfterS: seconds },
  headers: { 'retry-after': String(seconds) },
})
