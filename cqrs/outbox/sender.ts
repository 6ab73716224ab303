import { type Broker, type PartitionEnd, type Producer, RecordRefused } from '../broker/broker.ts'
import { toRecord } from '../broker/envelope.ts'
import type { PendingRow } from './unsent.ts'

/** Callbacks for the fate of rows. Called one at a time, in order. */
export type Outcome = {
  /** Called before each send. @throws when nothing more may be sent */
  before(rows: readonly PendingRow[]): Promise<void>
  acknowledged(rows: readonly PendingRow[], ends: readonly PartitionEnd[]): Promise<void>
  /** Kafka will never take this row. */
  refused(row: PendingRow, error: RecordRefused): Promise<void>
}

/** Sends rows through one producer at a time, which is discarded after any failed send. */
export function createSender({ broker, topicPrefix, source }: { broker: Broker; topicPrefix: string; source: string }) {
  let producer: Producer | undefined

  async function discard(): Promise<void> {
    const old = producer
    producer = undefined
    await old?.close().catch(() => undefined)
  }

  /** Bisects the rows to find the one that Kafka refuses, and sends the rest. */
  async function send(rows: readonly PendingRow[], outcome: Outcome): Promise<void> {
    await outcome.before(rows)
    let ends: readonly PartitionEnd[]
    try {
      producer ??= await broker.createProducer()
      ends = await producer.send(rows.map((row) => toRecord({ ...row, topic: topicPrefix + row.topic }, source)))
    } catch (error) {
      // After a failed send, the producer's sequence number may differ from the broker's permanently.
      await discard()
      if (!(error instanceof RecordRefused)) throw error
      const [row] = rows
      if (rows.length === 1 && row) return outcome.refused(row, error)
      await send(rows.slice(0, rows.length / 2), outcome)
      await send(rows.slice(rows.length / 2), outcome)
      return
    }
    await outcome.acknowledged(rows, ends)
  }

  return {
    send,
    discard,
    async connect(): Promise<void> {
      producer ??= await broker.createProducer()
    },
  }
}
