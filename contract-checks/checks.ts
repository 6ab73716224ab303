import type { Check } from './change.ts'

/** One kind of contract, and what its check reads: where none of that changed, there is nothing to tell. */
export type ListedCheck = {
  readonly name: string
  reads(file: string): boolean
  /** Only when it is needed: what each of them imports takes longer to load than most take to run. */
  load(): Promise<{ readonly check: Check }>
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
    load: () => import('./graphql/check-graphql.ts'),
  },
  {
    name: 'events',
    reads: under('contracts/events/', 'contracts/topics.ts', 'buf.yaml', 'subgraphs/', 'cqrs/'),
    load: () => import('./events/check-events.ts'),
  },
  {
    name: 'topics',
    reads: under('contracts/events/', 'contracts/topics.ts', 'subgraphs/', 'cqrs/'),
    load: () => import('./topics/check-topics.ts'),
  },
  { name: 'tables', reads: under('prisma/', 'infra/', 'subgraphs/'), load: () => import('./tables/check-tables.ts') },
  {
    name: 'history',
    reads: under('contracts/history/', 'contracts/events/', 'contracts/topics.ts', 'subgraphs/', 'cqrs/'),
    load: () => import('./history/check-history.ts'),
  },
]
