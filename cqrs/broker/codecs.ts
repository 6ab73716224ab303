import { promisify } from 'node:util'
import zlib from 'node:zlib'
import kafkajs from 'kafkajs'
import { decompressFrame } from 'lz4-napi'
import { uncompress } from 'snappy'

/**
 * The maximum size of a decompressed batch, in bytes. It is larger than any batch of this project; without it, a larger
 * batch could exhaust the memory. Snappy and lz4 need no limit: they expand to at most 22 and 255 times their size, and
 * a topic accepts batches of at most 1 MiB (`max.message.bytes`).
 */
const UNFOLDED_BYTES = 256 * 1024 * 1024

const { CompressionCodecs, CompressionTypes } = kafkajs
const gunzip = promisify(zlib.unzip)
const unzstd = promisify(zlib.zstdDecompress)

/** The Java client's snappy library writes this before its blocks. Other producers send a bare block. */
const XERIAL_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00])
/** The magic number, and two versions of 4 bytes each. */
const XERIAL_HEADER_BYTES = 16

async function unsnappy(bytes: Buffer): Promise<Buffer> {
  if (!bytes.subarray(0, XERIAL_MAGIC.length).equals(XERIAL_MAGIC)) return unsnappyBlock(bytes)
  const blocks: Buffer[] = []
  for (let at = XERIAL_HEADER_BYTES; at < bytes.length; ) {
    const end = at + 4 + bytes.readInt32BE(at)
    if (end <= at || end > bytes.length) throw new Error('a block of snappy data is cut off')
    blocks.push(await unsnappyBlock(bytes.subarray(at + 4, end)))
    at = end
  }
  return Buffer.concat(blocks)
}

const unsnappyBlock = async (block: Buffer): Promise<Buffer> => Buffer.from(await uncompress(block, { asBuffer: true }))

/**
 * Lets kafkajs, which supports only gzip, read batches that were compressed by foreign producers or by the broker's
 * `compression.type`. This project's producers do not compress.
 */
export function registerCodecs(): void {
  const register = (type: keyof typeof CompressionCodecs, decompress: (bytes: Buffer) => Promise<Buffer>) => {
    CompressionCodecs[type] = () => ({ decompress })
  }
  register(CompressionTypes.GZIP, (bytes) => gunzip(bytes, { maxOutputLength: UNFOLDED_BYTES }))
  register(CompressionTypes.Snappy, unsnappy)
  register(CompressionTypes.LZ4, (bytes) => decompressFrame(bytes))
  register(CompressionTypes.ZSTD, (bytes) => unzstd(bytes, { maxOutputLength: UNFOLDED_BYTES }))
}
