import { type PartitionEnd, partitionName } from '../broker/broker.ts'

/** The relay cannot send until an operator acts. The message names the remedy. */
export class NeedsOperator extends Error {
  override name = 'NeedsOperator'
}

/**
 * Prevents sending to another log until an operator confirms that it is the right one.
 * @throws NeedsOperator when the recorded position is of another cluster, or beyond the partition's current end
 */
export function assertOwnLog(
  service: string,
  end: PartitionEnd,
  recorded: { readonly next: bigint; readonly clusterId: string },
  clusterId: string,
): void {
  const name = partitionName(end)
  const sendAll = `\`npm run ops -- republish ${service} --new-log\` sends all states to it`
  if (recorded.clusterId !== clusterId)
    throw new NeedsOperator(
      `${name} was written in Kafka cluster ${recorded.clusterId}, and this is cluster ${clusterId}: nothing is sent. ` +
        `If KAFKA_BROKERS is wrong, correct it. If Kafka was replaced, ${sendAll}`,
    )
  if (recorded.next > end.next)
    throw new NeedsOperator(
      `${name} was written up to offset ${recorded.next} and ends at ${end.next}: it lost its end, or was made again. ` +
        `Nothing is sent. ${sendAll}. If the write database was restored from a backup too, run ` +
        `\`npm run ops -- restored ${service}\` instead`,
    )
}
