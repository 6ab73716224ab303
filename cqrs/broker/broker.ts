/** The port to the log. One adapter speaks to Apache Kafka (kafka.ts); another keeps it in memory for tests (memory.fixture.ts). Both pass broker.integration.test.ts. */

/** What a topic must be, as the broker is asked to make it. */
export type TopicSpec = {
  /** Its full name, prefix included. */
  readonly name: string
  readonly partitions: number
  readonly replication: number
  readonly config: Readonly<Record<string, string>>
}

/** A record to append. Header values are UTF-8 strings. */
export type OutgoingRecord = {
  readonly topic: string
  readonly key: string
  readonly value: Uint8Array
  readonly headers: Readonly<Record<string, string>>
}

/** A record as it was read. Nothing in it has been checked. */
export type IncomingRecord = {
  readonly offset: bigint
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers: Readonly<Record<string, string>>
}

/** Consecutive records of one partition. Offsets may have gaps where compaction took records away. */
export type Batch = {
  readonly topic: string
  readonly partition: number
  /** None where the log holds only what is not for readers: markers of transactions, and what was aborted. */
  readonly records: readonly IncomingRecord[]
  /** The offset after the batch. Beyond the last record where the log goes on with what is not for readers. */
  readonly next: bigint
  /** The offset after the partition's last record, as of the fetch. */
  readonly highWatermark: bigint
}

/** A place of a partition's log that cannot be read, and why. */
export type UnreadablePart = TopicPartition & {
  /** The offset after it; undefined where the broker itself cannot read its log. */
  readonly next: bigint | undefined
  readonly error: Error
}

export type TopicPartition = { readonly topic: string; readonly partition: number }

/** A partition, and the offset after its last record. */
export type PartitionEnd = TopicPartition & { readonly next: bigint }

/** A partition as a key of a map, and for people. */
export const partitionName = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`

/** Appends records. Throw it away after any failed send: its sequence cannot be trusted again. */
export type Producer = {
  /**
   * Appends all the records with acks from all replicas, in order per key, and resolves when all are there.
   * @returns for each partition written to, the offset after the last of these records
   * @throws RecordRefused when the broker will never take one of them; any other error may pass.
   */
  send(records: readonly OutgoingRecord[]): Promise<readonly PartitionEnd[]>
  close(): Promise<void>
}

export type ConsumerOptions = {
  readonly group: string
  readonly topics: readonly string[]
  /**
   * Called with the partitions this member now owns, before any of their records. Answers where to read each from;
   * the group's own stored offsets are never used. When it throws, the consumer starts over after a pause.
   */
  onAssigned(partitions: readonly TopicPartition[]): Promise<ReadonlyMap<TopicPartition, bigint>>
  /**
   * Called with each batch; one at a time per partition, also across assignments. Answers the offset to go on from:
   * after the batch, or any other to seek to. When it throws, the batch comes again after a pause of 0.1 to 5 s. A
   * batch that takes long, hangs or keeps failing holds up no other partition.
   */
  onBatch(batch: Batch): Promise<bigint>
  /**
   * Called in place of `onBatch` where the log cannot be read: corrupt, or compressed in a way that is not known. When
   * it throws, the place is fetched again after the same pause; no other partition is held up.
   */
  onUnreadable(part: UnreadablePart): Promise<bigint>
  /** Called each time a fetch came back, with records or without: several times a second while the broker answers. */
  onFetched(): void
  /** Called when the consumer lost its connection or its place in the group, and is about to start over. */
  onInterrupted(error: Error): void
}

export type Consumer = {
  /** Hands over nothing more, waits 1.5 s at most for the batches in work, and ends; can be called twice. */
  stop(): Promise<void>
}

export type Broker = {
  /** The id of the cluster behind the addresses: another one means another log. */
  clusterId(): Promise<string>
  /** Makes the topics that are missing; never changes one that exists. */
  createTopics(specs: readonly TopicSpec[]): Promise<void>
  /** How each existing topic differs from its spec, one sentence a difference; empty when all are as listed. */
  compareTopics(specs: readonly TopicSpec[]): Promise<readonly string[]>
  /** First and next offset of every partition of the topic, by partition. */
  watermarks(topic: string): Promise<readonly { readonly first: bigint; readonly next: bigint }[]>
  createProducer(): Promise<Producer>
  /**
   * Reads one partition from one offset up to another (not included), without a group. Ends early where the log ends
   * when it is called; begins where the log begins when that is later. What compaction took away is left out.
   * @throws UnreadableLog after the records before a place that cannot be read; any other error when the broker does not
   * answer, or a transaction of another producer stays open for 5 s. Nothing is tried again
   */
  read(at: TopicPartition, from: bigint, to: bigint): AsyncIterable<readonly IncomingRecord[]>
  /** Starts to consume; resolves at once, joining and retrying in the background. */
  consume(options: ConsumerOptions): Consumer
  close(): Promise<void>
}

/** The log of a partition cannot be read at a place. What stands behind it may be. */
export class UnreadableLog extends Error {
  override name = 'UnreadableLog'
  readonly part: UnreadablePart
  constructor(part: UnreadablePart) {
    super(`the log of ${partitionName(part)} cannot be read: ${part.error.message}`, { cause: part.error })
    this.part = part
  }
}

/** The broker will never take this record (too large, not valid): sending it again cannot help. */
export class RecordRefused extends Error {
  override name = 'RecordRefused'
}
