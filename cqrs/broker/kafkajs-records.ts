import { createRequire } from 'node:module'
import Decoder from 'kafkajs/src/protocol/decoder.js'
import { createErrorFromCode } from 'kafkajs/src/protocol/error.js'
import crc32C from 'kafkajs/src/protocol/recordBatch/crc32C/index.js'
import decodeRecordBatch, { type DecodedRecord } from 'kafkajs/src/protocol/recordBatch/v0/decoder.js'
import fetchResponse, { type FetchResponse } from 'kafkajs/src/protocol/requests/fetch/v0/response.js'

/** An unreadable part of the log, and the reason. */
type Unreadable = {
  /** The offset after the batch; undefined when the broker itself cannot read its log. */
  readonly next: bigint | undefined
  readonly error: Error
}

/** A record, or a placeholder for an unreadable batch, which is always the last. */
type Message = DecodedRecord & { readonly unreadable?: Unreadable }

/** The unreadable part, if the message is a placeholder for one. */
export const unreadableOf = (message: object | undefined): Unreadable | undefined =>
  (message as Message | undefined)?.unreadable

/**
 * Byte offsets of fields in a batch's header, and the length of the header.
 * Source: https://kafka.apache.org/documentation/#recordbatch
 */
const LENGTH = 8
const CRC = 17
const ATTRIBUTES = 21
const LAST_OFFSET_DELTA = 23
const HEAD_BYTES = 61
/** The field `length` counts the bytes after it. */
const BEFORE_LENGTH_ENDS = 12

const CODEC_MASK = 0x07
const LAST_CODEC = 4

/** Error codes for a partition that the broker cannot read: unknown, CORRUPT_MESSAGE, KAFKA_STORAGE_ERROR. */
const OF_ONE_PARTITION = [-1, 2, 56]

/** Greater than all offsets, so that kafkajs does not discard it as already read. */
const BEYOND = String(2n ** 63n - 1n)

/** Reads the records of one partition of a fetch, up to a batch that cannot be read. */
async function decodeMessages(decoder: Decoder): Promise<readonly Message[]> {
  const size = decoder.readInt32()
  if (size <= 0 || !decoder.canReadBytes(size)) return []
  const bytes = decoder.readBytes(size)
  const messages: Message[] = []
  for (let at = 0; at + HEAD_BYTES <= bytes.length; ) {
    const end = at + BEFORE_LENGTH_ENDS + bytes.readInt32BE(at + LENGTH)
    // Truncated by the size limit of the fetch: the next fetch returns it whole.
    if (end > bytes.length) break
    const batch = bytes.subarray(at, end)
    try {
      for (const message of await decodeBatch(batch)) messages.push(message)
    } catch (error) {
      // The next batch is more reliable than this one's own header.
      const next = end + HEAD_BYTES <= bytes.length ? bytes.readBigInt64BE(end) : lastOffset(batch) + 1n
      messages.push(standIn({ next, error: error as Error }))
      break
    }
    at = end
  }
  return messages
}

async function decodeBatch(batch: Buffer): Promise<readonly Message[]> {
  if (batch.length < HEAD_BYTES) throw new Error('the batch is shorter than its head')
  if (crc32C(batch.subarray(ATTRIBUTES)) !== batch.readUInt32BE(CRC)) throw new Error('the checksum does not match')
  const codec = batch.readInt16BE(ATTRIBUTES) & CODEC_MASK
  if (codec > LAST_CODEC) throw new Error(`codec ${codec} is not known`)
  const { records, producerId, inTransaction } = await decodeRecordBatch(new Decoder(batch))
  const last = String(lastOffset(batch))
  if (records.at(-1)?.offset === last) return records
  // Its last records were compacted away. Represent the gap as a control record, so that it is skipped like those.
  const gap = { key: null, value: null, headers: {}, isControlRecord: true }
  return [...records, { ...gap, offset: last, batchContext: { producerId, inTransaction } }]
}

/** The last offset according to the batch's header. */
const lastOffset = (batch: Buffer): bigint =>
  batch.readBigInt64BE(0) + BigInt(batch.length < HEAD_BYTES ? 0 : batch.readInt32BE(LAST_OFFSET_DELTA))

const standIn = (unreadable: Unreadable): Message => ({
  offset: BEYOND,
  key: null,
  value: null,
  headers: {},
  isControlRecord: false,
  batchContext: { producerId: '-1', inTransaction: false },
  unreadable,
})

/** Puts a placeholder for each partition whose log the broker could not read, and keeps the others' records. */
function isolateErrors(response: FetchResponse): FetchResponse {
  for (const { partitions } of response.responses)
    for (const partition of partitions) {
      if (!OF_ONE_PARTITION.includes(partition.errorCode)) continue
      partition.messages = [standIn({ next: undefined, error: createErrorFromCode(partition.errorCode) })]
      partition.errorCode = 0
    }
  return response
}

let patched = false

/**
 * kafkajs discards a whole fetch when one batch of one partition cannot be decoded, or read by the broker. It treats an
 * unknown codec as none, ignores checksums, and endlessly requests records that were compacted away at the end of a
 * batch. This patch replaces the function that reads the records of a partition, and runs before the one that checks a
 * response for errors; kafkajs requires both at its first fetch. kafkajs-records.test.ts fails when an update makes
 * this unnecessary or ineffective.
 */
export function patchRecords(): void {
  if (patched) return
  patched = true
  const require = createRequire(import.meta.url)
  const path = require.resolve('kafkajs/src/protocol/requests/fetch/v4/decodeMessages.js')
  require(path)
  const loaded = require.cache[path]
  if (loaded) loaded.exports = decodeMessages
  const { parse } = fetchResponse
  fetchResponse.parse = async (response) => parse(isolateErrors(response))
}
