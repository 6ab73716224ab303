import {
  type ASTVisitor,
  type GraphQLCompositeType,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInputType,
  isInterfaceType,
  type NamedTypeNode,
  TypeInfo,
  typeFromAST,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import type { Operation } from './operation.ts'

/**
 * Which operations use what, by coordinate: `Post`, `Post.author`, `Query.post.id`, `PostFilter.tag`,
 * `PostStatus.DRAFT`, `@skip`. A variable may contain every field and value of its type. `→ PostStatus` means that an
 * operation reads values of the enum, and `$ PostFilter` that it has a variable which holds the type.
 */
export type Usage = (coordinate: string) => readonly Operation[]

export const answer = (enumName: string): string => `→ ${enumName}`
export const inVariable = (inputName: string): string => `$ ${inputName}`

export function usageOf(schema: GraphQLSchema, operations: readonly Operation[]): Usage {
  const uses = new Map<string, Operation[]>()
  for (const operation of operations)
    for (const coordinate of new Set(coordinatesOf(schema, operation)))
      uses.set(coordinate, [...(uses.get(coordinate) ?? []), operation])
  return (coordinate) => uses.get(coordinate) ?? []
}

function coordinatesOf(schema: GraphQLSchema, { document }: Operation): readonly string[] {
  const used: string[] = []
  const info = new TypeInfo(schema)
  const visitor: ASTVisitor = {
    Field() {
      const parent = info.getParentType()
      const field = info.getFieldDef()
      if (!parent || !field) return
      const answered = getNamedType(field.type)
      for (const type of withImplementations(schema, parent)) used.push(type, `${type}.${field.name}`)
      used.push(answered.name)
      if (isEnumType(answered)) used.push(answer(answered.name))
    },
    Argument({ name }) {
      const parent = info.getParentType()
      const field = info.getFieldDef()
      if (parent && field && !info.getDirective()) used.push(`${parent.name}.${field.name}.${name.value}`)
    },
    Directive({ name }) {
      used.push(`@${name.value}`)
    },
    InlineFragment({ typeCondition }) {
      if (typeCondition) used.push(typeCondition.name.value)
    },
    FragmentDefinition({ typeCondition }) {
      used.push(typeCondition.name.value)
    },
    VariableDefinition({ type }) {
      const known = typeFromAST(schema, type as NamedTypeNode)
      if (isInputType(known)) used.push(...carriedBy(known, new Set()))
    },
    ObjectField({ name }) {
      const parent = getNamedType(info.getParentInputType())
      if (parent) used.push(parent.name, `${parent.name}.${name.value}`)
    },
    EnumValue({ value }) {
      const type = getNamedType(info.getInputType())
      if (type) used.push(`${type.name}.${value}`)
    },
  }
  visit(document, visitWithTypeInfo(info, visitor))
  return used
}

const withImplementations = (schema: GraphQLSchema, type: GraphQLCompositeType): readonly string[] =>
  isInterfaceType(type) ? [type.name, ...schema.getPossibleTypes(type).map(({ name }) => name)] : [type.name]

/** The coordinates that a value of this type may contain: its fields and theirs, or its enum values. */
function carriedBy(type: GraphQLInputType, seen: Set<string>): readonly string[] {
  const named = getNamedType(type)
  if (seen.has(named.name)) return []
  seen.add(named.name)
  if (isEnumType(named)) return [named.name, ...named.getValues().map(({ name }) => `${named.name}.${name}`)]
  if (!isInputObjectType(named)) return [named.name]
  const fields = Object.values(named.getFields())
  return [
    named.name,
    inVariable(named.name),
    ...fields.map(({ name }) => `${named.name}.${name}`),
    ...fields.flatMap((field) => carriedBy(field.type, seen)),
  ]
}
