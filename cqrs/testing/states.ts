import fc from 'fast-check'
import { expect } from 'vitest'
import type { Aggregate, AggregateState } from '../command/aggregate.ts'

/** Arbitraries for the fields of aggregates' states. Times have milliseconds, as in PostgreSQL. */
export const any = {
  id: fc.uuid({ version: 7 }),
  version: fc.integer({ min: 1, max: 2_147_483_647 }),
  text: fc.string({ unit: 'grapheme', maxLength: 40 }),
  time: fc.date({ min: new Date(0), max: new Date('2200-01-01'), noInvalidDate: true }),
  flag: fc.boolean(),
}

/** Asserts that every state is unchanged after encoding and decoding. */
export const assertRoundTrip = <State extends AggregateState>(
  { encode, decode }: Pick<Aggregate<State, never>, 'encode' | 'decode'>,
  states: fc.Arbitrary<State>,
): void => fc.assert(fc.property(states, (state) => void expect(decode(encode(state), state.version)).toEqual(state)))
