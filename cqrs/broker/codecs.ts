import { promisify } from 'node:util'
import zlib from 'node:zlib'
import kafkajs from 'kafkajs'
import { decompressFrame } from 'lz4-napi'
import { uncompress } from 'snappy'

/**
 * More than any batch of this project unfolds to, in bytes: what unfolds to more would end the process. Snappy and lz4
 * need no such bound: they unfold to 22 and 255 times their size at most, and a topic takes batches of 1 MiB
 * (`max.message.bytes`).
 */
const UNFOLDED_BYTES = 256 * 1024 * 1024

const { CompressionCodecs, CompressionTypes } = kafkajs
const gunzip = promisify(zlib.unzip)
const unzstd = promisify(zlib.zstdDecompress)

/** What the Java client's snappy library puts before its blocks. Others send a block as it is. */
const XERIAL_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00])
/** The magic, and two versions of 4 bytes. */
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
 * Lets kafkajs read what producers of others have compressed, or the broker by its `compression.type`: it knows gzip
 * only. Ours do not compress.
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
