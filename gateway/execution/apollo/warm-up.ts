import { createHash } from 'node:crypto'
import type { ApolloGateway } from '@apollo/gateway'
import { type GraphQLSchema, Kind, parse, specifiedRules, type ValidationRule, validate } from 'graphql'
import { warmUpDocument } from './warm-up-document.ts'

/** How long it may take, in milliseconds; the current round is then finished. */
const MOST_MS = 300

/**
 * Validates and plans an operation repeatedly without a fetch, so that the code is compiled before clients wait for it.
 * Otherwise the first large operation after a start takes three times as long as later ones.
 */
export async function warmUp(options: {
  readonly schema: GraphQLSchema
  readonly rules: readonly ValidationRule[]
  readonly execute: ApolloGateway['executor']
}): Promise<void> {
  const { schema, rules, execute } = options
  const source = warmUpDocument(schema)
  if (source === undefined) return
  const until = performance.now() + MOST_MS
  for (let round = 0; performance.now() < until; round++) {
    const document = parse(source)
    validate(schema, document, [...specifiedRules, ...rules])
    const operation = document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION)
    if (!operation) return
    const request: Partial<Parameters<typeof execute>[0]> = {
      request: { variables: { ask: false } },
      document,
      operation,
      source,
      // A new hash avoids the plan cache.
      queryHash: createHash('sha256').update(`${source} ${round}`).digest('hex'),
    }
    await execute(request as Parameters<typeof execute>[0])
  }
}
