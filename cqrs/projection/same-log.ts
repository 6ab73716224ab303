import { partitionName, type TopicPartition } from '../broker/broker.ts'
import type { StoredOffset } from './offsets.ts'

/** The log is not the one that was read up to the stored offset: continuing would silently skip events. */
export class OtherLog extends Error {
  override name = 'OtherLog'
}

/**
 * Compares a stored offset with the log. A recreated topic would silently be skipped up to the old topic's offset. (A
 * recreated topic that has already grown beyond that offset is not detected, since Kafka's client does not show topic
 * ids.)
 * @param bounds first and next offset of the partition
 * @throws OtherLog with the problem
 */
export function assertSameLog(
  at: TopicPartition,
  stored: StoredOffset,
  clusterId: string,
  bounds: { readonly first: bigint; readonly next: bigint },
): void {
  const partition = partitionName(at)
  if (stored.clusterId !== clusterId)
    throw new OtherLog(`${partition} was read from Kafka cluster ${stored.clusterId}, and this is cluster ${clusterId}`)
  if (stored.nextOffset > bounds.next)
    throw new OtherLog(
      `${partition} ends at offset ${bounds.next} and was read up to ${stored.nextOffset}: the topic was created again, or lost its end`,
    )
  if (stored.nextOffset < bounds.first)
    throw new OtherLog(
      `${partition} begins at offset ${bounds.first} and was read up to ${stored.nextOffset}: records were deleted unread`,
    )
}

/** The remedy for `OtherLog`, as text. */
export const otherLogRemedy = (service: string): string =>
  `If this is the log to read, run \`npm run ops -- forget-offsets ${service}\` and start this role again: it reads ` +
  'from the beginning, and rows that are newer stay. Where the log lost events, have their owner send its states ' +
  'again: `npm run ops -- republish <service>`, with `--new-log` if its relay stopped too.'
