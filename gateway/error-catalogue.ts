import type { ApolloServerErrorCode } from '@apollo/server/errors'
import { type ErrorText, type SubgraphErrorCode, subgraphErrors } from '#toolkit/graphql/error-catalogue.ts'

/** Codes that Apollo Server may answer by itself: when an update adds one, it must be explained here. */
type ByApolloServer = Exclude<`${ApolloServerErrorCode}`, SubgraphErrorCode>

/** Every code that the gateway answers in addition to those of the subgraphs. */
export const gatewayErrors = {
  INVALID_TOKEN: {
    status: [401],
    meaning: 'the access token is malformed, expired, or not of the issuer that is trusted here',
    advice: 'refreshes the session without the header `Authorization`, then tries again',
  },
  AUTHENTICATION_UNAVAILABLE: {
    status: [503],
    message: 'Access tokens cannot be verified now. Try again later, or send the request without a token.',
    meaning:
      "tokens cannot be verified now: their public keys cannot be had, or this one's key is not known and new ones cannot be looked up",
    advice: 'waits, tries again',
  },
  BAD_USER_INPUT: {
    status: [400, 200],
    meaning:
      'a variable does not have its type, is null where null is not allowed, or there are too many: more than 1,000 items in a list, 10,000 values in all, or 50 levels',
    advice: 'fixes the variables',
  },
  BAD_REQUEST: {
    status: [400, 403, 405, 406, 408, 413, 414, 415, 417, 431],
    meaning:
      'no GraphQL request: no HTTP or no JSON, too large (a document: 262,144 characters), too slow, compressed, another content type, another method, a mutation by GET, or a request to `/session` by a page of another origin; the message says which',
    advice: 'fixes the request',
  },
  GRAPHQL_PARSE_FAILED: {
    status: [400],
    meaning: 'not GraphQL, or too many tokens',
    advice: 'fixes the operation',
  },
  GRAPHQL_VALIDATION_FAILED: {
    status: [400],
    meaning:
      'is not valid for the schema, is a subscription, is deeper (selections, values and types alike), has more fragments, aliases, repeated fields, directives, selections or objects than is allowed, or may answer more nodes',
    advice: 'fixes the operation',
  },
  INTROSPECTION_DISABLED: {
    status: [400],
    message: 'The schema is not described here: leave out __schema and __type, and get the schema from its owners.',
    meaning: "asks for the schema's description (`__schema` or `__type`), which is not answered in production",
    advice: 'leaves it out, and takes the schema from `contracts/supergraph.graphql`',
  },
  OPERATION_RESOLUTION_FAILURE: {
    status: [400],
    meaning: '`operationName` names none of the operations',
    advice: 'names one',
  },
  PERSISTED_QUERY_NOT_FOUND: {
    meaning: 'no registered operation has this id, and no automatic persisted query is known by it',
    advice: 'sends the query with its hash',
  },
  PERSISTED_QUERY_NOT_SUPPORTED: {
    meaning: 'no registered operation has this id, and automatic persisted queries are off',
    advice: 'sends the query',
  },
  PERSISTED_OPERATION_REQUIRED: {
    status: [400],
    message:
      'Only registered operations run here, and this is none. Send the id of one, as in { "extensions": { "persistedQuery": { "version": 1, "sha256Hash": … } } }, or exactly its body; a new one is registered by adding it to contracts/operations and deploying the manifest before the client.',
    meaning: 'only registered operations run here, and this is none',
    advice: 'registers it, deploys the manifest first; until then sends one that is registered',
  },
  NOT_FOUND: {
    status: [404],
    meaning: 'no such path',
    advice: 'asks at `/graphql`',
  },
  SUBGRAPH_UNAVAILABLE: {
    meaning: 'the service that `extensions.service` names is down; its fields are null',
    advice: 'shows the rest, tries again later',
  },
  SUBGRAPH_TIMEOUT: {
    meaning: 'that service did not answer in time; a mutation may have been carried out',
    advice: 'tries again, a mutation under the same idempotency key',
  },
  SUBGRAPH_REFUSED: {
    meaning:
      'that service refused what the gateway asked: their clocks differ by more than 30 seconds, or their keys do; its fields are null, and nothing was carried out',
    advice: 'shows the rest, tries again later; an internal fault',
  },
  TOO_MANY_REQUESTS: {
    status: [429],
    meaning:
      'the caller (the user, else the network) asked the root field that `extensions.field` names too often in a minute; nothing was carried out',
    advice: 'waits as many seconds as the header `Retry-After` and `extensions.retryAfterS` say',
  },
  REQUEST_TIMEOUT: {
    meaning: 'the whole request took too long',
    advice: 'tries again, asks for less',
  },
  VALUE_COMPLETION: {
    meaning: 'a field that is never null was missing, and blanked what is around it',
    advice: 'shows the rest; an internal fault',
  },
} as const satisfies Record<ByApolloServer, ErrorText> & Record<string, ErrorText>

const catalogue = { ...subgraphErrors, ...gatewayErrors }

export type GatewayErrorCode = keyof typeof catalogue

/** Codes whose refusal has its own HTTP status. */
export type RefusalCode = {
  [Code in GatewayErrorCode]: (typeof catalogue)[Code] extends { status: unknown } ? Code : never
}[GatewayErrorCode]

/** The HTTP status that a refusal usually comes with. */
export const statusOf = (code: RefusalCode): number => catalogue[code].status[0]

// A code that is missing from the catalogue does not compile.
declare module '#toolkit/graphql/error-catalogue.ts' {
  interface ErrorCodes {
    gateway: GatewayErrorCode
  }
}
