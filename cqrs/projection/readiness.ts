import { partitionName } from '../broker/broker.ts'
import type { createFaults } from './faults.ts'
import type { createPositions } from './positions.ts'

/** A partition that is behind its log and to which nothing comes for this long is a fault, in milliseconds. */
const NOTHING_CAME_MS = 5_000
/** So is Kafka when no fetch came back for this long, in milliseconds. */
const NO_FETCH_MS = 4_000

/**
 * What keeps the tables from following the log, in words; undefined when nothing does.
 * @param state.fetchedAt when a fetch came back last, as `performance.now()`
 */
export function whatIsWrong(state: {
  readonly faults: Pick<ReturnType<typeof createFaults>, 'has' | 'lasting'>
  readonly positions: Pick<ReturnType<typeof createPositions>, 'stuck'>
  readonly fetchedAt: number
}): string | undefined {
  const { faults, positions } = state
  const quiet = performance.now() - state.fetchedAt
  // A batch that is in work or failing has a reason of its own.
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
