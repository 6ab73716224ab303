import type { ApolloServerPlugin } from '@apollo/server'
import { GraphQLError } from 'graphql'
import type { CallerClaims } from '#cqrs/trust/caller.ts'
import { networkOf } from '#cqrs/trust/network.ts'
import type { GatewayContext } from '../context.ts'
import { refused } from '../error-catalogue.ts'
import type { RateLimits } from './config.ts'
import { rootFields } from './root-fields.ts'

/** The length of the window, in milliseconds. */
export const WINDOW_MS = 60_000

/** Adds to the count of a key. @returns the count in the key's current window, and when that window ends */
export type Count = (key: string, times: number) => Promise<{ readonly times: number; readonly endsInMs: number }>

/** Refuses, before planning, an operation whose caller used one of its root fields too often. */
export const rateLimits = (
  limits: RateLimits,
  count: Count,
  refused: (field: string) => void,
): ApolloServerPlugin<GatewayContext> => ({
  requestDidStart: async () => ({
    async didResolveOperation({ document, operation, contextValue: { claims } }) {
      if (!operation) return
      const fields = [...rootFields(document, operation)]
      const counted = await Promise.all(
        fields.map(async ([field, times]) => ({ field, ...(await count(`${field} ${callerOf(claims)}`, times)) })),
      )
      const beyond = counted.find(({ field, times }) => times > limitOf(limits, field))
      if (!beyond) return
      // A field without its own limit can be used as a label: the operation is valid, so the names are few.
      refused(beyond.field)
      throw tooManyRequests(beyond.field, limitOf(limits, beyond.field), Math.ceil(beyond.endsInMs / 1_000))
    },
  }),
})

const limitOf = (limits: RateLimits, field: string): number => limits.get(field) ?? limits.get('*') ?? Infinity

/** Signed-in users are counted across networks; all other callers of one network are counted together. */
const callerOf = ({ actor, address }: CallerClaims): string =>
  actor ? `user ${actor.userId}` : `network ${networkOf(address)}`

const tooManyRequests = (field: string, limit: number, seconds: number): GraphQLError =>
  new GraphQLError(`${field} was asked more than ${limit} times in a minute: try again in ${seconds} s.`, {
    extensions: refused('TOO_MANY_REQUESTS', {
      headers: { 'retry-after': String(seconds) },
      more: { field, retryAfterS: seconds },
    }),
  })
