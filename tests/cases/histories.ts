import { timestampFromMs } from '@bufbuild/protobuf/wkt'
import fc from 'fast-check'
import type { ListedTopic } from '#cqrs/broker/topics.ts'
import type { History } from '#cqrs/testing/interleaving.ts'

/** Histories of the aggregates that a service owns. Some refer to others without any event. */
export type Histories = {
  readonly topics: readonly ListedTopic[]
  readonly some: fc.Arbitrary<readonly History[]>
}

/** An id that all services' histories use to refer to the same aggregate. */
const id = (kind: number) => (n: number) => `0000000${kind}-0000-7000-8000-${String(n).padStart(12, '0')}`
export const idOf = { user: id(1), post: id(2), comment: id(3), follow: id(4), favorite: id(5) }

export const text = fc.string({ unit: 'grapheme', maxLength: 8 }).map((some) => some.replaceAll('\0', ''))

/** A pair is on or off; its two ids never change. */
export const toggles = fc.array(fc.boolean(), { minLength: 1, maxLength: 4 })

/** The life of an aggregate: created, changed a few times, deleted or not. */
export const life = <Said>(said: fc.Arbitrary<Said>) =>
  fc.record({ said: fc.array(said, { minLength: 1, maxLength: 4 }), deleted: fc.boolean() })

type Rest = {
  readonly deleted: boolean
  readonly createdAt: ReturnType<typeof timestampFromMs>
  readonly updatedAt: ReturnType<typeof timestampFromMs>
}

/** @param make makes the state with this content, or without any when deleted */
export function states<Said, State>(
  { said, deleted }: { said: Said[]; deleted: boolean },
  make: (said: Said | undefined, rest: Rest) => State,
) {
  const at = (n: number) => ({ createdAt: timestampFromMs(0), updatedAt: timestampFromMs(n) })
  const written = said.map((one, n) => make(one, { deleted: false, ...at(n) }))
  return deleted ? [...written, make(undefined, { deleted: true, ...at(said.length) })] : written
}
