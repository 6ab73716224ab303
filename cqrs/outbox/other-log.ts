import { type PartitionEnd, partitionName } from '../broker/broker.ts'

/** The topics are not those that the relay wrote, or lost their end: nothing is sent until an operator says what is right. */
export class OtherLog extends Error {
  override name = 'OtherLog'
}

/** @throws OtherLog when the partition was written in another cluster, or beyond where it ends now */
export function assertSameLog(
  service: string,
  end: PartitionEnd,
  recorded: { readonly next: bigint; readonly clusterId: string },
  clusterId: string,
): void {
  const name = partitionName(end)
  const sendAll = `\`npm run ops -- republish ${service} --new-log\` sends all states to it`
  if (recorded.clusterId !== clusterId)
    throw new OtherLog(
      `${name} was written in Kafka cluster ${recorded.clusterId}, and this is cluster ${clusterId}: nothing is sent. ` +
        `If KAFKA_BROKERS is wrong, correct it. If Kafka was replaced, ${sendAll}`,
    )
  if (recorded.next > end.next)
    throw new OtherLog(
      `${name} was written up to offset ${recorded.next} and ends at ${end.next}: it lost its end, or was made again. ` +
        `Nothing is sent. ${sendAll}. If the write database was restored from a backup too, run ` +
        `\`npm run ops -- restored ${service}\` instead`,
    )
}
