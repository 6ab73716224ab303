import { createRequire } from 'node:module'
import Decoder from 'kafkajs/src/protocol/decoder.js'
import { createErrorFromCode } from 'kafkajs/src/protocol/error.js'
import crc32C from 'kafkajs/src/protocol/recordBatch/crc32C/index.js'
import decodeRecordBatch, { type DecodedRecord } from 'kafkajs/src/protocol/recordBatch/v0/decoder.js'
import fetchResponse, { type FetchResponse } from 'kafkajs/src/protocol/requests/fetch/v0/response.js'

/** A place of the log that cannot be read, and why. */
type Unreadable = {
  /** The offset after the batch; undefined where the broker itself cannot read its log. */
  readonly next: bigint | undefined
  readonly error: Error
}

/** A record, or what stands in the place of an unreadable batch: nothing comes after it. */
type Message = DecodedRecord & { readonly unreadable?: Unreadable }

/** What stands in for a batch that cannot be read, if it does. */
export const unreadableOf = (message: object | undefined): Unreadable | undefined =>
  (message as Message | undefined)?.unreadable

/**
 * Fields of a batch's head, in bytes from its beginning, and the length of the head.
 * Source: https://kafka.apache.org/documentation/#recordbatch
 */
const LENGTH = 8
const CRC = 17
const ATTRIBUTES = 21
const LAST_OFFSET_DELTA = 23
const HEAD_BYTES = 61
/** `length` counts what comes after it. */
const BEFORE_LENGTH_ENDS = 12

const CODEC_MASK = 0x07
const LAST_CODEC = 4

/** Error codes by which a broker says that it cannot read one partition: unknown, CORRUPT_MESSAGE, KAFKA_STORAGE_ERROR. */
const OF_ONE_PARTITION = [-1, 2, 56]

/** Beyond all offsets, so that kafkajs does not take it for what was read before. */
const BEYOND = String(2n ** 63n - 1n)

/** Reads the records of one partition of a fetch, up to a batch that cannot be read. */
async function decodeMessages(decoder: Decoder): Promise<readonly Message[]> {
  const size = decoder.readInt32()
  if (size <= 0 || !decoder.canReadBytes(size)) return []
  const bytes = decoder.readBytes(size)
  const messages: Message[] = []
  for (let at = 0; at + HEAD_BYTES <= bytes.length; ) {
    const end = at + BEFORE_LENGTH_ENDS + bytes.readInt32BE(at + LENGTH)
    // Cut off by the limits of the fetch: it comes whole with the next one.
    if (end > bytes.length) break
    const batch = bytes.subarray(at, end)
    try {
      for (const message of await decodeBatch(batch)) messages.push(message)
    } catch (error) {
      // The next batch is more to be trusted than what this one says of itself.
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
  // Its last records were compacted away. As a record that is not for readers, the gap is stepped over like those.
  const gap = { key: null, value: null, headers: {}, isControlRecord: true }
  return [...records, { ...gap, offset: last, batchContext: { producerId, inTransaction } }]
}

/** As the batch says of itself. */
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

/** Puts a stand-in where the broker could not read the log of a partition; the other partitions were answered. */
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
 * kafkajs throws a whole fetch away when one batch of one partition cannot be decoded, or read by the broker; it takes
 * an unknown codec for none, checks no checksums, and asks without end for what was compacted away at the end of a
 * batch. This takes the place of what reads the records of a partition, and comes before what looks for errors in an
 * answer; kafkajs requires both at its first fetch. kafkajs-records.test.ts fails when an update makes this needless,
 * or without effect.
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
