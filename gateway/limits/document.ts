import {
  type DirectiveNode,
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  TokenKind,
  type ValidationRule,
  visit,
} from 'graphql'
import type { GatewayConfig } from '../config.ts'
import { createMeasure } from './operation-size.ts'

/** The usual introspection query of tools has 15 levels. */
const INTROSPECTION_DEPTH = 20

/** Fields and spreads of one definition with its fragments expanded, as the planner does: about 20 take it 1 ms. */
const SELECTIONS = 2_000

/** Per definition. Each may need a fetch from another service: 1 ms of the planner and 1 ms of the executor. */
const OBJECTS = 100

/** Per document. Validation compares each with all others that are spread beside it. */
export const FRAGMENTS = 50

/** In characters. The search for suggestions for an unknown name takes longer with its length. */
const NAME = 200

/** The configured limits. */
type Bounds = Pick<GatewayConfig, 'MAX_DEPTH' | 'MAX_ALIASES' | 'MAX_DIRECTIVES'>

/** Validated in place of a document that exceeds a limit. */
const NOTHING: DocumentNode = { kind: Kind.DOCUMENT, definitions: [] }

/**
 * Limits of one operation, checked before validation and planning. The parser limits tokens. The time of validation
 * grows faster than the document, so validation stops at the first limit that is exceeded: the rule comes last in the
 * list, but no other does much before the first definition is entered.
 */
export const documentLimits = (config: Bounds): ValidationRule[] => [
  (context) => ({
    Document(document) {
      const problem =
        longName(document) ??
        tooManyFragments(document) ??
        repeatedDirective(document, context.getSchema()) ??
        beyondBounds(document, config)
      if (!problem) return
      context.reportError(problem)
      return NOTHING
    },
  }),
]

function longName(document: DocumentNode): GraphQLError | undefined {
  for (let token = document.loc?.startToken; token; token = token.next ?? undefined)
    if (token.kind === TokenKind.NAME && token.end - token.start > NAME)
      return new GraphQLError(`Name length limit of ${NAME} exceeded, found ${token.end - token.start}.`)
}

function tooManyFragments({ definitions }: DocumentNode): GraphQLError | undefined {
  const found = definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION).length
  if (found > FRAGMENTS) return new GraphQLError(`Fragments limit of ${FRAGMENTS} exceeded, found ${found}.`)
}

/** Each repetition would be a separate error. */
function repeatedDirective(document: DocumentNode, schema: GraphQLSchema): GraphQLError | undefined {
  let problem: GraphQLError | undefined
  visit(document, {
    enter(node) {
      if (problem || !('directives' in node)) return
      const first = firstRepeated(node.directives ?? [], schema)
      if (first)
        problem = new GraphQLError(`The directive "@${first.name.value}" can only be used once at this location.`, {
          nodes: first,
        })
    },
  })
  return problem
}

function firstRepeated(directives: readonly DirectiveNode[], schema: GraphQLSchema): DirectiveNode | undefined {
  const seen = new Set<string>()
  return directives.find(({ name }) => {
    if (seen.has(name.value) && !schema.getDirective(name.value)?.isRepeatable) return true
    seen.add(name.value)
    return false
  })
}

/** Unused fragments have the same limits, because validation covers them too. */
function beyondBounds(document: DocumentNode, config: Bounds): GraphQLError | undefined {
  const measure = createMeasure(document)
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION && definition.kind !== Kind.FRAGMENT_DEFINITION) continue
    const size = measure(definition)
    const bounds: readonly [string, number, number][] = [
      ['Query depth', config.MAX_DEPTH, size.depth],
      ['Introspection depth', INTROSPECTION_DEPTH, size.introspectionDepth],
      ['Aliases', config.MAX_ALIASES, size.aliases],
      ['Repeated fields', config.MAX_ALIASES, size.repeats],
      ['Directives', config.MAX_DIRECTIVES, size.directives],
      ['Selections', SELECTIONS, size.selections],
      ['Objects', OBJECTS, size.objects],
    ]
    const exceeded = bounds.find(([, most, found]) => found > most)
    if (exceeded) {
      const [what, most, found] = exceeded
      return new GraphQLError(`${what} limit of ${most} exceeded, found ${found}.`, { nodes: definition })
    }
    // The planner cannot plan it, and would report an internal fault.
    if (size.conditionalIntrospections > 0)
      return new GraphQLError(
        'A fragment with a condition cannot ask for __schema or __type: put the condition on the field itself.',
        { nodes: definition },
      )
  }
}

/**
 * Reports at most five errors; the fifth says that there are more.
 *
 * @param suggestions whether a message suggests names that the client may have meant
 */
export const validationBounds = (suggestions: boolean) => ({ maxErrors: 4, hideSuggestions: !suggestions })
