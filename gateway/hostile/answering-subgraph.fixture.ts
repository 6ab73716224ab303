import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type FieldDefinitionNode, Kind, parse, type TypeNode } from 'graphql'
import { type StubSubgraph, startStubSubgraph } from '../testing/stub-subgraph.fixture.ts'

const subgraphs = join(import.meta.dirname, '..', '..', 'subgraphs')

type Paged = { readonly size?: number }
type Arguments = { readonly first?: number; readonly last?: number }

/** A subgraph with a real service's schema. Lists have the requested length, up to `longest`. */
export function startAnsweringSubgraph(service: string, longest: number): Promise<StubSubgraph> {
  const schema = readFileSync(join(subgraphs, service, 'schema.graphql'), 'utf8')
  const { definitions } = parse(schema)
  const enums = new Map(
    definitions
      .filter((definition) => definition.kind === Kind.ENUM_TYPE_DEFINITION)
      .map(({ name, values }) => [name.value, values?.[0]?.name.value]),
  )
  const scalar = (type: string): unknown =>
    ({
      ID: '0198c5a0-0000-7000-8000-000000000001',
      String: 'text',
      Int: 1,
      Boolean: true,
      DateTime: '2026-01-01T00:00:00.000Z',
    })[type] ?? enums.get(type)

  const resolver =
    ({ type, arguments: parameters }: FieldDefinitionNode) =>
    (parent: Paged | undefined, args: Arguments) => {
      const paged = parameters?.some(({ name }) => name.value === 'first')
      const size = paged ? Math.min(Math.max(args.first ?? args.last ?? 20, 0), longest) : (parent?.size ?? 1)
      return answer(type, size)
    }
  const answer = (type: TypeNode, size: number): unknown => {
    if (type.kind === Kind.NON_NULL_TYPE) return answer(type.type, size)
    if (type.kind === Kind.LIST_TYPE) return Array.from({ length: size }, () => answer(type.type, size))
    return scalar(type.name.value) ?? { size }
  }
  const resolvers = Object.fromEntries(
    definitions
      .filter((definition) => definition.kind === Kind.OBJECT_TYPE_DEFINITION)
      .map(({ name, fields = [] }) => [
        name.value,
        {
          ...Object.fromEntries(fields.map((field) => [field.name.value, resolver(field)])),
          __resolveReference: (reference: object) => reference,
        },
      ]),
  )
  return startStubSubgraph(service, schema, resolvers)
}
