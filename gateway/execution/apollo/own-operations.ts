import type { ApolloServer } from '@apollo/server'
import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import type { GraphQLFormattedError } from 'graphql'
import type { GatewayContext } from '../../context.ts'

/** How an operation of the gateway itself ended. */
export type Ran<Data> = {
  readonly data: Data | undefined
  readonly errors: readonly GraphQLFormattedError[]
  /** The HTTP status of a refusal; undefined for an operation that was executed. */
  readonly status: number | undefined
  /** Headers for the HTTP reply, with names in lower case. */
  readonly headers: Readonly<Record<string, string>>
}

/** Runs an operation of the gateway itself, in the name of a caller: with the same limits, faults and tokens as a client's. */
export type RunOwn = <Data, Variables extends Record<string, unknown>>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  contextValue: GatewayContext,
) => Promise<Ran<Data>>

export const ownOperations =
  (apollo: ApolloServer<GatewayContext>): RunOwn =>
  async <Data, Variables extends Record<string, unknown>>(
    query: TypedDocumentNode<Data, Variables>,
    variables: Variables,
    contextValue: GatewayContext,
  ) => {
    const { body, http } = await apollo.executeOperation<Data, Variables>({ query, variables }, { contextValue })
    if (body.kind !== 'single') throw new Error('an operation of the gateway itself was answered in pieces')
    const { data, errors = [] } = body.singleResult
    return { data: data ?? undefined, errors, status: http.status, headers: Object.fromEntries(http.headers) }
  }
