import zlib from 'node:zlib'
import kafkajs from 'kafkajs'
import { compress } from 'snappy'
import { beforeAll, describe, expect, test } from 'vitest'
import { registerCodecs } from './codecs.ts'

/** Formats of other producers, and broken ones. foreign-producer.integration.test.ts covers the Java client. */
const { CompressionCodecs, CompressionTypes } = kafkajs
beforeAll(registerCodecs)

const decompress = (type: keyof typeof CompressionCodecs, bytes: Buffer): Promise<Buffer> =>
  CompressionCodecs[type]().decompress(bytes)

describe('snappy', () => {
  test('of a producer that does not frame its block is read', async () => {
    const block = Buffer.from(await compress('as librdkafka sends it'))
    expect(String(await decompress(CompressionTypes.Snappy, block))).toBe('as librdkafka sends it')
  })

  test('whose last block is truncated is an error', async () => {
    const block = Buffer.from(await compress('cut off'))
    const head = Buffer.alloc(20)
    Buffer.from([0x82, ...Buffer.from('SNAPPY'), 0]).copy(head)
    head.writeInt32BE(block.length, 16)
    const framed = Buffer.concat([head, block])
    expect(String(await decompress(CompressionTypes.Snappy, framed))).toBe('cut off')
    await expect(decompress(CompressionTypes.Snappy, framed.subarray(0, -1))).rejects.toThrow('cut off')
  })
})

test.each([
  ['gzip', CompressionTypes.GZIP, zlib.gzipSync],
  ['zstd', CompressionTypes.ZSTD, zlib.zstdCompressSync],
] as const)('what %s unfolds to more than a process can hold is an error', async (_name, type, squeeze) => {
  await expect(decompress(type, squeeze(Buffer.alloc(300 * 1024 * 1024)))).rejects.toThrow(/larger than/)
})
