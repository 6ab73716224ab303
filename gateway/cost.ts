import type { ApolloServerPlugin } from '@apollo/server'
import { GraphQLError, getNamedType, isCompositeType } from 'graphql'
import { type ComplexityEstimator, getComplexity } from 'graphql-query-complexity'

/** How many nodes a list is taken to have when the operation does not say, as many as a page has then. */
const STANDARD_PAGE = 20

/** A mutation writes, and some hash a password: it costs as much as so many nodes. */
const MUTATION = 900

/**
 * Counts the nodes that an operation may answer at most: each list as long as its page, times what each of its nodes
 * has below it. Scalars cost nothing.
 */
const nodes: ComplexityEstimator = ({ args, childComplexity, field, type }) => {
  if (!isCompositeType(getNamedType(field.type))) return 0
  const paged = field.args.some(({ name }) => name === 'first')
  const size = args.first ?? args.last ?? (paged ? STANDARD_PAGE : 1)
  const own = type.name === 'Mutation' ? MUTATION : 1
  // A size out of bounds is refused by who knows the bounds; it must not make an operation cheap.
  return Math.max(0, Number(size)) * (own + childComplexity)
}

/** Refuses, before it is planned, an operation that could answer more nodes than one request should. */
export const cost = (most: number): ApolloServerPlugin => ({
  requestDidStart: async () => ({
    async didResolveOperation({ schema, document, operationName, request }) {
      const asked = count(() =>
        getComplexity({
          schema,
          query: document,
          variables: request.variables ?? {},
          ...(operationName && { operationName }),
          estimators: [nodes],
        }),
      )
      if (asked <= most) return
      throw new GraphQLError(
        `The operation may answer ${asked} nodes, and ${most} are allowed: ask for smaller pages, or for less below them.`,
        { extensions: { code: 'GRAPHQL_VALIDATION_FAILED', http: { status: 400 } } },
      )
    },
  }),
})

/** Variables that do not fit their types are told by who executes, and nothing is executed then. */
function count(nodes: () => number): number {
  try {
    return nodes()
  } catch (error) {
    if (error instanceof GraphQLError) return 0
    throw error
  }
}
