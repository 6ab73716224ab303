import {
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql'

/** Variables that a document may use. */
const declarations = [
  '$int: Int = 2',
  '$id: ID = "x"',
  '$string: String = "x"',
  '$if: Boolean = true',
  '$representations: Int',
  '$tags: [String!] = []',
]
const aliases = [
  'id',
  'slug',
  '__typename',
  'a',
  'b',
  '_client_id',
  'title__alias_0',
  'constructor',
  '__proto__',
  'nodes',
]
const variableOf: Record<string, string[]> = {
  Int: ['$int', '$representations'],
  ID: ['$id'],
  String: ['$string'],
  Boolean: ['$if'],
}
const literalOf: Record<string, string[]> = {
  Int: ['1', '0', '-1', '7', '101', 'null'],
  ID: ['"x"', '7', '""'],
  String: ['"x"', '""', '"""\n\u0000"""', '"y"'],
  Boolean: ['true', 'false', 'null', '0'],
}

/** Builds a document from choices, mostly with correct types: the same choices give the same document. */
export function documentOf(schema: GraphQLSchema, choices: readonly number[]): string {
  let next = 0
  const choose = (below: number): number => (choices[next++] ?? 0) % below
  const pick = <T>(list: readonly T[]): T => list[choose(list.length)] as T
  const seldom = (text: () => string): string => (choose(7) === 6 ? text() : '')

  const value = (type: GraphQLInputType): string => {
    if (isNonNullType(type)) return value(type.ofType)
    if (isListType(type)) return choose(3) === 0 ? `[${value(type.ofType)}]` : '$tags'
    if (isEnumType(type)) return pick([...type.getValues().map(({ name }) => name), 'NONE', '"x"'])
    if (isInputObjectType(type))
      return `{${Object.values(type.getFields())
        .filter((field) => isNonNullType(field.type) || choose(3) === 0)
        .map((field) => `${field.name}: ${value(field.type)}`)
        .join(', ')}}`
    return pick([...(variableOf[type.name] ?? ['$string']), ...(literalOf[type.name] ?? ['"x"'])])
  }
  const condition = () =>
    pick([' @include(if: $if)', ' @skip(if: $if)', ' @skip(if: false)', ' @include(if: true)', ' @x'])
  const field = (parent: GraphQLNamedType): string => {
    const fields: readonly GraphQLField<unknown, unknown>[] = isObjectType(parent)
      ? Object.values(parent.getFields())
      : []
    const { name, type, args } = pick(fields)
    const given = args.filter((arg) => isNonNullType(arg.type) || choose(4) === 0)
    const parameters = given.length > 0 ? `(${given.map((arg) => `${arg.name}: ${value(arg.type)}`).join(', ')})` : ''
    const below = isObjectType(getNamedType(type)) ? selections(getNamedType(type)) : ''
    return `${seldom(() => `${pick(aliases)}: `)}${name}${parameters}${seldom(condition)}${below}`
  }
  const selection = (parent: GraphQLNamedType): string => {
    const kind = choose(12)
    if (kind === 0) return '__typename'
    if (kind === 1) return `... on ${parent.name}${seldom(condition)} ${selections(parent)}`
    if (kind === 2) return `...On${parent.name}`
    if (kind === 3 && parent === schema.getQueryType())
      return `__type(name: ${pick(['$string', '"Post"'])}) { name fields(includeDeprecated: $if) { name${seldom(condition)} type { name } } }`
    return next < choices.length ? field(parent) : '__typename'
  }
  const selections = (parent: GraphQLNamedType): string =>
    ` { ${Array.from({ length: 1 + choose(3) }, () => selection(parent)).join(' ')} }`

  const kind = choose(5) === 4 ? 'mutation' : 'query'
  const root = kind === 'mutation' ? schema.getMutationType() : schema.getQueryType()
  const operation = root ? selections(root) : ''
  const spread = new Set([...operation.matchAll(/\.\.\.On(\w+)/g)].map(([, type]) => type ?? ''))
  const fragments = [...spread].map((type) => {
    const on = schema.getType(type)
    return on ? `fragment On${type} on ${type}${selections(on).replaceAll(/\.\.\.On\w+/g, '__typename')}` : ''
  })
  const text = [operation, ...fragments].join(' ')
  const used = declarations.filter((declaration) => text.includes(declaration.split(':')[0] ?? ''))
  return `${kind} Q${used.length > 0 ? `(${used.join(', ')})` : ''}${text}`
}
