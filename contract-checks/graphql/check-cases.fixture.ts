import { expect, test } from 'vitest'
import type { Change, Level } from '../change.ts'
import type { Edit } from '../facts/scratch-side.fixture.ts'
import { checkGraphql } from './check-graphql.ts'
import { smallSide } from './small-system.fixture.ts'

export const users = 'subgraphs/users/schema.graphql'
export const posts = 'subgraphs/posts/schema.graphql'
export const comments = 'subgraphs/comments/schema.graphql'
export const list = 'contracts/supergraph.yaml'
export const app = 'contracts/operations/app/app.graphql'
export const people = 'contracts/operations/people/people.graphql'
export const fragments = 'contracts/operations/app/fragments.graphql'

/** The registered operations of the small system. */
export const Posts = `app: Posts (${app}:1)`
export const Write = `app: Write (${app}:12)`
export const Drafts = `app: Drafts (${app}:18)`
export const People = `people: People (${people}:1)`
export const Find = `people: Find (${people}:9)`
export const everybody = 'every client: without a supergraph the gateway cannot take this change'

type Reported = { level: Level; rule: string; place: string; breaks: readonly string[] }
const as =
  (level: Level) =>
  (rule: string, place: string, ...breaks: readonly string[]): Reported => ({ level, rule, place, breaks })
export const breaking = as('breaking')
export const dangerous = as('dangerous')
export const safe = as('safe')

/** A sentence, the edits, and every change that is reported, in any order. `before` is edited on both sides. */
export type Case = readonly [
  what: string,
  edits: readonly Edit[],
  reported: readonly Reported[],
  before?: readonly Edit[],
]

/** Defines a test for each case: the small system before, and the edited one after. */
export function testGraphql(cases: readonly Case[]): void {
  const named = cases.map(([what, edits, reported, both = []]) => [what, edits, reported, both] as const)
  test.each(named)('%s', async (_what, edits, reported, both) => {
    using before = smallSide('before', both)
    using after = smallSide('after', [...both, ...edits])
    const changes = await checkGraphql(before, after)
    expect(changes.map(seen).sort(byPlace)).toEqual([...reported].sort(byPlace))
    for (const { level, message, remedy } of changes) {
      expect(message).not.toBe('')
      expect(remedy === null).toBe(level === 'safe')
    }
  })
}

const seen = ({ level, rule, file, line, breaks }: Change): Reported => ({
  level,
  rule,
  place: line === null ? file : `${file}:${line}`,
  breaks,
})
const key = ({ rule, place, breaks }: Reported) => [rule, place, ...breaks].join(' ')
const byPlace = (one: Reported, other: Reported) => (key(one) < key(other) ? -1 : 1)
