import { parse } from 'graphql'

/** The subgraphs that a supergraph lists: name and url of each. */
export function listedSubgraphs(supergraphSdl: string): ReadonlyMap<string, string> {
  const list = parse(supergraphSdl).definitions.find(
    (definition) => definition.kind === 'EnumTypeDefinition' && definition.name.value === 'join__Graph',
  )
  const values = list?.kind === 'EnumTypeDefinition' ? (list.values ?? []) : []
  return new Map(
    values.map(({ directives }) => {
      const args = new Map(
        directives?.[0]?.arguments?.map(({ name, value }) => [
          name.value,
          value.kind === 'StringValue' ? value.value : '',
        ]),
      )
      return [args.get('name') ?? '', args.get('url') ?? '']
    }),
  )
}
