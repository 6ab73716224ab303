import { createRequire } from 'node:module'
import Decoder from 'kafkajs/src/protocol/decoder.js'
import Record from 'kafkajs/src/protocol/recordBatch/record/v0/index.js'
import { RecordBatch } from 'kafkajs/src/protocol/recordBatch/v0/index.js'
import fetchResponse from 'kafkajs/src/protocol/requests/fetch/v0/response.js'
import decodeByKafkajs from 'kafkajs/src/protocol/requests/fetch/v4/decodeMessages.js'
import { beforeAll, describe, expect, test } from 'vitest'
import { patchRecords, unreadableOf } from './kafkajs-records.ts'

const require = createRequire(import.meta.url)
const { parse: parseByKafkajs } = fetchResponse
let decodePatched: typeof decodeByKafkajs
beforeAll(() => {
  patchRecords()
  decodePatched = require('kafkajs/src/protocol/requests/fetch/v4/decodeMessages.js')
})

/** A batch of one record, at the beginning of a log. */
async function batchOf(value: string, lastOffsetDelta = 0): Promise<Buffer> {
  const records = [Record({ key: Buffer.from('a'), value: Buffer.from(value) })]
  return (await RecordBatch({ records, lastOffsetDelta })).buffer
}
/** A batch whose header names this codec. */
async function compressedBy(codec: number): Promise<Buffer> {
  const batch = await batchOf('squeezed')
  batch.writeInt16BE(codec, 21)
  return batch
}
/** The data of one partition in a fetch response. */
const fetched = (...batches: readonly Buffer[]) => {
  const size = Buffer.alloc(4)
  size.writeInt32BE(Buffer.concat(batches).length)
  return new Decoder(Buffer.concat([size, ...batches]))
}

describe('kafkajs alone (if this fails, the patch can be removed):', () => {
  test('a batch that cannot be decoded fails the whole fetch', async () => {
    await expect(decodeByKafkajs(fetched(await compressedBy(1)))).rejects.toThrow()
  })
  test('a partition that the broker cannot read fails the whole fetch', async () => {
    await expect(
      parseByKafkajs({ responses: [{ partitions: [{ errorCode: 2, messages: [] }] }] }),
    ).rejects.toMatchObject({ type: 'CORRUPT_MESSAGE' })
  })
  test('a checksum is not verified', async () => {
    const batch = await batchOf('written in sand')
    batch.write('A', batch.indexOf('sand') + 1)
    expect(String((await decodeByKafkajs(fetched(batch)))[0]?.value)).toBe('written in sAnd')
  })
  test('the compacted end of a batch is not noticed', async () => {
    expect(await decodeByKafkajs(fetched(await batchOf('one', 5)))).toHaveLength(1)
  })
})

describe('patched', () => {
  test('a partition that the broker cannot read does not affect the others', async () => {
    const { parse } = require('kafkajs/src/protocol/requests/fetch/v11/response.js')
    const partition = (errorCode: number) => ({ responses: [{ partitions: [{ errorCode, messages: [] }] }] })
    const { responses } = await parse(partition(2))
    expect(unreadableOf(responses[0].partitions[0].messages[0])).toMatchObject({
      next: undefined,
      error: { type: 'CORRUPT_MESSAGE' },
    })
    await expect(parse(partition(6))).rejects.toMatchObject({ type: 'NOT_LEADER_FOR_PARTITION' })
  })

  test('records before an unreadable batch are returned, with a placeholder for the rest', async () => {
    const broken = await batchOf('written in sand')
    broken.write('A', broken.indexOf('sand') + 1)
    const messages = await decodePatched(fetched(await batchOf('good'), broken, await batchOf('behind it')))
    expect(messages.map(({ value }) => value && String(value))).toEqual(['good', null])
    expect(unreadableOf(messages[0])).toBeUndefined()
    expect(unreadableOf(messages[1])).toEqual({ next: 0n, error: new Error('the checksum does not match') })
  })
  test('a gap at the end of a batch becomes a record that is not for readers', async () => {
    const messages = await decodePatched(fetched(await batchOf('one', 5)))
    expect(messages).toMatchObject([
      { offset: '0', isControlRecord: false },
      { offset: '5', isControlRecord: true },
    ])
  })
  test('a batch that is truncated by the size limit of the fetch is left for the next', async () => {
    const whole = await batchOf('one')
    expect(await decodePatched(fetched(whole, whole.subarray(0, -1)))).toHaveLength(1)
  })
  test('kafkajs decodes fetches with it', async () => {
    const { decode } = require('kafkajs/src/protocol/requests/fetch/v11/response.js')
    const batch = await compressedBy(7)
    const head = Buffer.alloc(4 + 2 + 4 + 4 + 2 + 1 + 4 + 4 + 2 + 8 + 8 + 8 + 4 + 4 + 4)
    let at = head.writeInt32BE(1, 4 + 2 + 4)
    at = head.writeInt16BE(1, at)
    at += head.write('t', at)
    at = head.writeInt32BE(1, at)
    head.writeInt32BE(batch.length, head.length - 4)
    const { responses } = await decode(Buffer.concat([head, batch]))
    expect(unreadableOf(responses[0].partitions[0].messages[0])).toMatchObject({ next: 1n })
  })
})
