import type { Check } from './change.ts'

/** One kind of contract. Its check runs only when a file that it reads has changed. */
export type ListedCheck = {
  readonly name: string
  reads(file: string): boolean
  /** Imports the check only when it is needed: loading takes longer than running most of them. */
  load(): Promise<Check>
}

const under =
  (...starts: readonly string[]) =>
  (file: string) =>
    starts.some((start) => file.startsWith(start)) && !/\.(test|fixture)\.ts$|\.graphql$/.test(file)

export const checks: readonly ListedCheck[] = [
  {
    name: 'graphql',
    // The list may name schemas in any folder. The check composes by itself, so the committed supergraph does not matter.
    reads: (file) =>
      /^contracts\/supergraph\.yaml$|\.(graphqls?|gql)$/.test(file) && file !== 'contracts/supergraph.graphql',
    load: async () => (await import('./graphql/check-graphql.ts')).checkGraphql,
  },
  {
    name: 'events',
    reads: under('contracts/events/', 'contracts/topics.ts', 'buf.yaml', 'subgraphs/', 'cqrs/', 'toolkit/'),
    load: async () => (await import('./events/check-events.ts')).checkEvents,
  },
  {
    name: 'topics',
    reads: under('contracts/events/', 'contracts/topics.ts', 'subgraphs/', 'cqrs/', 'toolkit/'),
    load: async () => (await import('./topics/check-topics.ts')).checkTopics,
  },
  {
    name: 'tables',
    reads: under('prisma/', 'infra/', 'subgraphs/'),
    load: async () => (await import('./tables/check-tables.ts')).checkTables,
  },
  {
    name: 'history',
    reads: under('contracts/history/', 'contracts/events/', 'contracts/topics.ts', 'subgraphs/', 'cqrs/', 'toolkit/'),
    load: async () => (await import('./history/check-history.ts')).checkHistory,
  },
]
