import type { TopicPartition } from '../broker/broker.ts'
import { partitionName, type StoredOffset } from './offsets.ts'

/**
 * Whether the log is the one that was read up to the stored offset. A recreated topic would be skipped in silence, up
 * to the offset where the old one stood.
 * @param bounds first and next offset of the partition
 * @returns what is wrong, or undefined
 */
export function otherLog(
  at: TopicPartition,
  stored: StoredOffset,
  clusterId: string,
  bounds: { readonly first: bigint; readonly next: bigint },
): string | undefined {
  if (stored.clusterId !== clusterId)
    return `${partitionName(at)} was read from Kafka cluster ${stored.clusterId}, and this is cluster ${clusterId}`
  if (stored.nextOffset > bounds.next)
    return `${partitionName(at)} ends at offset ${bounds.next} and was read up to ${stored.nextOffset}: the topic was made anew, or lost its end`
  if (stored.nextOffset < bounds.first)
    return `${partitionName(at)} begins at offset ${bounds.first} and was read up to ${stored.nextOffset}: records were deleted unread`
  return undefined
}

/** What to do about it. */
export const otherLogRemedy = (service: string): string =>
  `If this is the log to read, run \`npm run ops -- forget-offsets ${service}\` and start this role again: it reads ` +
  'from the beginning, and rows that are newer stay. Where the log lost events, have their owner send its states ' +
  'again: `npm run ops -- republish <service>`.'
