/**
 * The port to the log. One adapter uses Apache Kafka (kafka.ts); another keeps the log in memory for tests
 * (memory.fixture.ts). Both pass broker.integration.test.ts.
 */

/** How a topic must be created. */
export type TopicSpec = {
  /** Its full name, with the prefix. */
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

/** A record as read from the log, not validated. */
export type IncomingRecord = {
  readonly offset: bigint
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers: Readonly<Record<string, string>>
}

/** Consecutive records of one partition. Offsets may have gaps where compaction removed records. */
export type Batch = {
  readonly topic: string
  readonly partition: number
  /** Empty when this part of the log has nothing for readers: only transaction markers and aborted records. */
  readonly records: readonly IncomingRecord[]
  /** The offset after the batch. Records that are not for readers may lie between it and the last record. */
  readonly next: bigint
  /** The offset after the partition's last record, at the time of the fetch. */
  readonly highWatermark: bigint
}

/** An unreadable part of a partition's log, and the reason. */
export type UnreadablePart = TopicPartition & {
  /** The offset after it; undefined when the broker itself cannot read its log. */
  readonly next: bigint | undefined
  readonly error: Error
}

export type TopicPartition = { readonly topic: string; readonly partition: number }

/** A partition, and the offset after its last record. */
export type PartitionEnd = TopicPartition & { readonly next: bigint }

/** A partition's name, as a map key and for messages. */
export const partitionName = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`

/** Appends records. Discard it after any failed send: its sequence numbers are no longer reliable. */
export type Producer = {
  /**
   * Appends all the records, in order per key, and resolves when all replicas have acknowledged them.
   * @returns for each partition written to, the offset after the last of these records
   * @throws RecordRefused when the broker will never accept one of them; any other error is transient
   */
  send(records: readonly OutgoingRecord[]): Promise<readonly PartitionEnd[]>
  close(): Promise<void>
}

export type ConsumerOptions = {
  readonly group: string
  readonly topics: readonly string[]
  /**
   * Called with the partitions that this member now owns, before any of their records. Returns the offset to read each
   * from; the group's committed offsets are never used. When it throws, the consumer starts over after a pause.
   */
  onAssigned(partitions: readonly TopicPartition[]): Promise<ReadonlyMap<TopicPartition, bigint>>
  /**
   * Called with each batch, one at a time per partition, also across assignments. Returns the offset to continue from:
   * after the batch, or any other to seek to. When it throws, the batch is delivered again after a pause of 0.1 to 5 s.
   * A batch that takes long, hangs or keeps failing does not delay other partitions.
   */
  onBatch(batch: Batch): Promise<bigint>
  /**
   * Called instead of `onBatch` when the log cannot be read because it is corrupt or its compression is unknown. When
   * it throws, that part is fetched again after the same pause; other partitions are not delayed.
   */
  onUnreadable(part: UnreadablePart): Promise<bigint>
  /** Called each time a fetch returns, with or without records: several times a second while the broker answers. */
  onFetched(): void
  /** Called when the consumer lost its connection or its place in the group, and is about to start over. */
  onInterrupted(error: Error): void
}

export type Consumer = {
  /** Delivers nothing more, waits at most 1.5 s for running batches, and ends. Can be called twice. */
  stop(): Promise<void>
}

export type Broker = {
  /** The id of the cluster at the addresses: another id means another log. */
  clusterId(): Promise<string>
  /** Creates missing topics; never changes an existing one. */
  createTopics(specs: readonly TopicSpec[]): Promise<void>
  /** How topics differ from their specs, one sentence per difference; empty when all are as listed. */
  compareTopics(specs: readonly TopicSpec[]): Promise<readonly string[]>
  /** The first and next offsets of every partition of the topic, by partition. */
  watermarks(topic: string): Promise<readonly { readonly first: bigint; readonly next: bigint }[]>
  createProducer(): Promise<Producer>
  /**
   * Reads one partition from one offset up to another (exclusive), without a group, within the bounds that the log has
   * when it is called. Records removed by compaction are missing.
   * @throws UnreadableLog after the records before an unreadable part; any other error when the broker does not answer,
   * or a transaction of another producer stays open for 5 s. Nothing is retried
   */
  read(at: TopicPartition, from: bigint, to: bigint): AsyncIterable<readonly IncomingRecord[]>
  /** Starts to consume. Returns at once; joins and retries in the background. */
  consume(options: ConsumerOptions): Consumer
  close(): Promise<void>
}

/** A part of a partition's log cannot be read. Records after it may be readable. */
export class UnreadableLog extends Error {
  override name = 'UnreadableLog'
  readonly part: UnreadablePart
  constructor(part: UnreadablePart) {
    super(`the log of ${partitionName(part)} cannot be read: ${part.error.message}`, { cause: part.error })
    this.part = part
  }
}

/** The broker will never accept this record (too large, invalid): sending it again cannot help. */
export class RecordRefused extends Error {
  override name = 'RecordRefused'
}
