import {
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
} from 'graphql'
import { FRAGMENTS } from '../../limits/document.ts'

/** Levels of fields, and fields with subfields per selection set: enough for fetches from other subgraphs. */
const LEVELS = 5
const OBJECTS = 2

/** Number of query fields used. */
const PAGES = 2

/**
 * Builds a valid operation that takes validation and the planner much work: nested pages and many fragments side by
 * side. Root fields run only if its variable `$ask` is true.
 * @returns undefined for a schema whose queries all require arguments
 */
export function warmUpDocument(schema: GraphQLSchema): string | undefined {
  const query = schema.getQueryType()
  if (!query) return
  const pages = Object.values(query.getFields())
    .filter(({ args }) => !args.some(isRequiredArgument))
    .map(({ name, type }) => [name, selectionOf(getNamedType(type), LEVELS)] as const)
    .filter(([, selection]) => selection)
    .slice(0, PAGES)
    .map(([name, selection]) => `${name} @include(if: $ask) ${selection}`)
  if (pages.length === 0) return
  const fragments = Array.from({ length: FRAGMENTS }, (_, index) => `F${index}`)
  const spreads = fragments.map((name) => `...${name}`).join(' ')
  return [
    `query($ask: Boolean!) { ${pages.join(' ')} ${spreads} }`,
    ...fragments.map((name) => `fragment ${name} on ${query.name} { __typename }`),
  ].join('\n')
}

/** @returns a selection that needs no arguments; empty for a scalar, undefined where none is possible */
function selectionOf(type: GraphQLNamedType, levels: number): string | undefined {
  if (isLeafType(type)) return ''
  if (!isObjectType(type) && !isInterfaceType(type)) return isCompositeType(type) ? '{ __typename }' : undefined
  const fields = Object.values(type.getFields()).filter(({ args }) => !args.some(isRequiredArgument))
  const leaves = fields.filter((field) => isLeafType(getNamedType(field.type))).map(({ name }) => name)
  const objects = fields.filter((field) => !isLeafType(getNamedType(field.type))).slice(0, levels > 1 ? OBJECTS : 0)
  const below = objects.map(({ name, type }) => `${name} ${selectionOf(getNamedType(type), levels - 1)}`)
  return `{ ${['__typename', ...leaves, ...below].join(' ')} }`
}
