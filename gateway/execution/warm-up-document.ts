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
import { FRAGMENTS } from '../limits.ts'

/** Levels of fields, and fields with fields below them in each selection set: enough for fetches from other subgraphs. */
const LEVELS = 5
const OBJECTS = 2

/** Of the fields of queries. */
const PAGES = 2

/**
 * An operation that is valid for a schema, and that validation and the planner have much to do with: pages in pages and
 * many fragments side by side. Root fields are asked only if its variable `$ask` is true.
 * @returns undefined for a schema whose queries cannot be asked without arguments
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

/** @returns the selection of what can be asked without arguments; nothing for a scalar, undefined where nothing can be */
function selectionOf(type: GraphQLNamedType, levels: number): string | undefined {
  if (isLeafType(type)) return ''
  if (!isObjectType(type) && !isInterfaceType(type)) return isCompositeType(type) ? '{ __typename }' : undefined
  const fields = Object.values(type.getFields()).filter(({ args }) => !args.some(isRequiredArgument))
  const leaves = fields.filter((field) => isLeafType(getNamedType(field.type))).map(({ name }) => name)
  const objects = fields.filter((field) => !isLeafType(getNamedType(field.type))).slice(0, levels > 1 ? OBJECTS : 0)
  const below = objects.map(({ name, type }) => `${name} ${selectionOf(getNamedType(type), levels - 1)}`)
  return `{ ${['__typename', ...leaves, ...below].join(' ')} }`
}
