import { type ApolloServerPlugin, HeaderMap } from '@apollo/server'
import { GraphQLError, Kind } from 'graphql'
import { type RefusalCode, statusOf } from '../error-catalogue.ts'
import { cost } from './cost.ts'
import { coerceVariables } from './variables.ts'

/**
 * Refuses, before planning, an operation whose variables are invalid or that could return more nodes than one request
 * may: HTTP 400.
 */
export const admission = (maxCost: number): ApolloServerPlugin => ({
  requestDidStart: async () => ({
    // The only hook that can refuse with more than one error.
    async responseForOperation({ schema, document, operation, request }) {
      const coerced = coerceVariables(schema, operation, request.variables ?? {})
      if ('errors' in coerced) return refused('BAD_USER_INPUT', coerced.errors)
      const fragments = new Map(
        document.definitions
          .filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
          .map((definition) => [definition.name.value, definition]),
      )
      try {
        const nodes = cost({ schema, operation, fragments, variables: coerced.variables })
        return nodes > maxCost ? refused('GRAPHQL_VALIDATION_FAILED', [tooMuch(nodes, maxCost)]) : null
      } catch (error) {
        if (error instanceof GraphQLError) return refused('BAD_USER_INPUT', [error])
        throw error
      }
    },
  }),
})

const tooMuch = (nodes: number, most: number): GraphQLError =>
  new GraphQLError(
    `The operation may answer ${nodes} nodes, and ${most} are allowed: ask for smaller pages, or for less below them.`,
  )

const refused = (code: RefusalCode, errors: readonly GraphQLError[]) => ({
  http: { status: statusOf(code), headers: new HeaderMap() },
  body: {
    kind: 'single' as const,
    singleResult: { errors: errors.map((error) => ({ ...error.toJSON(), extensions: { code } })) },
  },
})
