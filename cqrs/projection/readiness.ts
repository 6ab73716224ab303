import { partitionName } from '../broker/broker.ts'
import type { createFaults } from './faults.ts'
import type { createPositions } from './positions.ts'

/** A partition that is behind its log but receives nothing for this long is a fault, in milliseconds. */
const NOTHING_CAME_MS = 5_000
/** Kafka is reported when no fetch returned for this long, in milliseconds. */
const NO_FETCH_MS = 4_000

/**
 * Describes what keeps the tables from following the log; undefined when nothing does.
 * @param state.fetchedAt when a fetch last returned, by `performance.now()`
 */
export function whatIsWrong(state: {
  readonly faults: Pick<ReturnType<typeof createFaults>, 'has' | 'lasting'>
  readonly positions: Pick<ReturnType<typeof createPositions>, 'stuck'>
  readonly fetchedAt: number
}): string | undefined {
  const { faults, positions } = state
  const quiet = performance.now() - state.fetchedAt
  // Running and failing batches have their own reason.
  const stuck = positions.stuck(NOTHING_CAME_MS).filter(({ at }) => !faults.has(partitionName(at)))
  const reasons = [
    faults.lasting(),
    quiet > NO_FETCH_MS ? `Kafka: no fetch came back for ${Math.floor(quiet / 1_000)} s.` : undefined,
    ...stuck.map(
      ({ at, next, end }) =>
        `${partitionName(at)}: nothing comes from offset ${next} on, and its log ends at ${end}: Kafka does not serve ` +
        'it, a producer has a transaction open, or the log is corrupt there.',
    ),
  ]
  return reasons.filter(Boolean).join(' ') || undefined
}
