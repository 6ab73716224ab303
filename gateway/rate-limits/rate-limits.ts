import type { ApolloServerPlugin } from '@apollo/server'
import { GraphQLError } from 'graphql'
import type { CallerClaims } from '#cqrs/trust/caller.ts'
import { networkOf } from '#cqrs/trust/network.ts'
import { refused } from '../error-catalogue.ts'
import type { GatewayContext } from '../execution/context.ts'
import type { RateLimits } from './config.ts'
import { rootFields } from './root-fields.ts'

/** The window that limits are for, in milliseconds. */
export const WINDOW_MS = 60_000

/** Counts something under a key. @returns how often it was counted in the key's window, and when that ends */
export type Count = (key: string, times: number) => Promise<{ readonly times: number; readonly endsInMs: number }>

/** Refuses an operation, before it is planned, whose caller has asked one of its root fields too often. */
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
      // A field that no limit names may have any name: fields are few, since the operation is valid.
      refused(beyond.field)
      throw tooManyRequests(beyond.field, limitOf(limits, beyond.field), Math.ceil(beyond.endsInMs / 1_000))
    },
  }),
})

const limitOf = (limits: RateLimits, field: string): number => limits.get(field) ?? limits.get('*') ?? Infinity

/** Who is signed in is counted wherever they are, everybody else of one network together. */
const callerOf = ({ actor, address }: CallerClaims): string =>
  actor ? `user ${actor.userId}` : `network ${networkOf(address)}`

const tooManyRequests = (field: string, limit: number, seconds: number): GraphQLError =>
  new GraphQLError(`${field} was asked more than ${limit} times in a minute: try again in ${seconds} s.`, {
    extensions: refused('TOO_MANY_REQUESTS', {
      headers: { 'retry-after': String(seconds) },
      more: { field, retryAfterS: seconds },
    }),
  })
