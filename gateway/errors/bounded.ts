import type { ApolloServerPlugin } from '@apollo/server'
import type { GraphQLFormattedError } from 'graphql'
import { boundedMessage } from './bounded-message.ts'

/** Per reply: a page of a hundred nodes can fail a hundred times, and again under each alias. */
const ERRORS = 20

/** Locations in the document that one error lists. */
const LOCATIONS = 5

/** Keeps errors short, however much of the request they quote: a refusal is smaller than 10 kB. */
export const boundedErrors: ApolloServerPlugin = {
  requestDidStart: async () => ({
    async willSendResponse({ response }) {
      if (response.body.kind !== 'single') return
      const result = response.body.singleResult
      if (result.errors) result.errors = result.errors.slice(0, ERRORS).map(bounded)
    },
  }),
}

const bounded = (error: GraphQLFormattedError): GraphQLFormattedError => ({
  ...error,
  message: boundedMessage(error.message),
  ...(error.locations && { locations: error.locations.slice(0, LOCATIONS) }),
})
