import { type DocumentNode, Kind, parse, valueFromASTUntyped } from 'graphql'
import { z } from 'zod'

/** More tokens than a look-up of entities can need. */
const MOST_TOKENS = 500

const graphqlRequest = z.strictObject({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
})

/**
 * Whether a request's body queries only entities of these types, by their ids.
 * @param types names of entities with the key `id`
 */
export function asksForEntitiesAlone(body: unknown, types: readonly string[]): boolean {
  const request = graphqlRequest.safeParse(body)
  const document = request.success ? read(request.data.query) : undefined
  if (!document) return false
  const operations = document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION)
  const [operation] = operations
  if (operations.length !== 1 || operation?.operation !== 'query') return false
  const byId = z.array(z.strictObject({ __typename: z.enum(types), id: z.string() }))
  return operation.selectionSet.selections.every((selection) => {
    if (selection.kind !== Kind.FIELD || selection.name.value !== '_entities') return false
    const [representations] = selection.arguments ?? []
    if (!representations) return false
    return byId.safeParse(valueFromASTUntyped(representations.value, request.data?.variables)).success
  })
}

function read(query: string): DocumentNode | undefined {
  try {
    return parse(query, { maxTokens: MOST_TOKENS, noLocation: true })
  } catch {
    return undefined
  }
}
