import type { Check } from './change.ts'

/** One kind of contract, and what its check reads: where none of that changed, there is nothing to tell. */
export type ListedCheck = {
  readonly name: string
  reads(file: string): boolean
  /** Only when it is needed: what each of them imports takes longer to load than most take to run. */
  load(): Promise<Check>
}

const under =
  (...starts: readonly string[]) =>
  (file: string) =>
    starts.some((start) => file.startsWith(start)) && !/\.(test|fixture)\.ts$|\.graphql$/.test(file)

export const checks: readonly ListedCheck[] = [
  {
    name: 'graphql',
    // The list may name a schema anywhere; the composed one is made anew.
    reads: (file) =>
      /^contracts\/supergraph\.yaml$|\.(graphqls?|gql)$/.test(file) && file !== 'contracts/supergraph.graphql',
    load: async () => (await import('./graphql/check-graphql.ts')).checkGraphql,
  },
  {
    name: 'events',
    reads: under('contracts/events/', 'contracts/topics.ts', 'buf.yaml', 'subgraphs/', 'cqrs/'),
    load: async () => (await import('./events/check-events.ts')).checkEvents,
  },
  {
    name: 'topics',
    reads: under('contracts/events/', 'contracts/topics.ts', 'subgraphs/', 'cqrs/'),
    load: async () => (await import('./topics/check-topics.ts')).checkTopics,
  },
  {
    name: 'tables',
    reads: under('prisma/', 'infra/', 'subgraphs/'),
    load: async () => (await import('./tables/check-tables.ts')).checkTables,
  },
  {
    name: 'history',
    reads: under('contracts/history/', 'contracts/events/', 'contracts/topics.ts', 'subgraphs/', 'cqrs/'),
    load: async () => (await import('./history/check-history.ts')).checkHistory,
  },
]
