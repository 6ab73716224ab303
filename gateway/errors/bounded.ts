import type { GraphQLFormattedError } from 'graphql'
import { boundedMessage } from './bounded-message.ts'

/** Per reply: a page of a hundred nodes can fail a hundred times, and again under each alias. */
const ERRORS = 20

/** Locations in the document that one error lists. */
const LOCATIONS = 5

/** Keeps errors short, however much of the request they quote: a refusal is smaller than 10 kB. */
export const boundedErrors = (errors: readonly GraphQLFormattedError[]): readonly GraphQLFormattedError[] =>
  errors.slice(0, ERRORS).map(bounded)

const bounded = (error: GraphQLFormattedError): GraphQLFormattedError => ({
  ...error,
  message: boundedMessage(error.message),
  ...(error.locations && { locations: error.locations.slice(0, LOCATIONS) }),
})
