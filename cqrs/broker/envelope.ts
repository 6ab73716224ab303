import type { IncomingRecord, OutgoingRecord } from './broker.ts'

/**
 * An event in the log: the aggregate's whole state after the change (`value`), keyed by its id, with a CloudEvents 1.0
 * envelope in the headers (Kafka binary mode). Source: docs/PROTOCOL.md.
 */
export type Event = {
  /** With its prefix. */
  readonly topic: string
  /** The aggregate's id. */
  readonly key: string
  /** The aggregate's version after the change. It grows, but not always by one. */
  readonly version: number
  /** The event's type, such as `inkstream.post.created.v1`. No projection relies on it. */
  readonly type: string
  /** UUIDv7. */
  readonly eventId: string
  readonly time: Date
  /** The W3C traceparent of the command, if it was traced. */
  readonly trace: string | null
  readonly value: Uint8Array
}

/** @param source the CloudEvents source: the service that owns the topic, such as `/users` */
export const toRecord = (event: Event, source: string): OutgoingRecord => ({
  topic: event.topic,
  key: event.key,
  value: event.value,
  headers: {
    ce_specversion: '1.0',
    ce_id: event.eventId,
    ce_type: event.type,
    ce_source: source,
    ce_time: event.time.toISOString(),
    ce_subject: event.key,
    ce_sequence: String(event.version),
    'content-type': 'application/protobuf',
    ...(event.trace ? { traceparent: event.trace } : {}),
  },
})

/** The fields of a record's envelope that a projection needs. */
export type Envelope = { readonly key: string; readonly version: number }

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Reads a record's envelope. @throws with the problem when it is invalid */
export function readEnvelope({ key, headers }: IncomingRecord): Envelope {
  if (!key) throw new Error('record without a key')
  const sequence = headers.ce_sequence ?? ''
  if (!/^[1-9]\d{0,9}$/.test(sequence) || Number(sequence) > 2_147_483_647)
    throw new Error(`header ce_sequence is "${sequence}", not a version (1 to 2147483647)`)
  return { key: utf8.decode(key), version: Number(sequence) }
}
