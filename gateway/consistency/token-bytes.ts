import { type DatedEntry, GOOD_FOR_S } from './entry.ts'

/** What a token says. */
export type TokenContent = {
  readonly entries: readonly DatedEntry[]
  /** Until when it lacks something that must be seen, in seconds since 1970; in the past if it lacks nothing. */
  readonly incompleteUntil: number
}

/** The first byte. Another layout gets another number. */
const FORMAT = 1

/**
 * The layout: format, time of making (4 bytes), how long it is incomplete from then on, the topics' names, and for each
 * entry the index of its topic, the UUID, the version and how old it is. Numbers are variable-length, times are in
 * seconds.
 */
export function toBytes({ entries, incompleteUntil }: TokenContent, now: number): Buffer {
  const topics = [...new Set(entries.map(({ entry: [topic] }) => topic))]
  const made = Buffer.alloc(4)
  made.writeUInt32BE(now)
  return Buffer.concat([
    Buffer.of(FORMAT),
    made,
    varint(Math.max(0, incompleteUntil - now)),
    Buffer.of(topics.length),
    ...topics.flatMap((topic) => [Buffer.of(topic.length), Buffer.from(topic, 'latin1')]),
    Buffer.of(entries.length),
    ...entries.flatMap(({ entry: [topic, key, version], at }) => [
      Buffer.of(topics.indexOf(topic)),
      Buffer.from(key.replaceAll('-', ''), 'hex'),
      varint(version),
      varint(Math.max(0, now - at)),
    ]),
  ])
}

/**
 * @returns undefined when a whole token is too old: each of its entries is older still
 * @throws when it has another format
 */
export function fromBytes(bytes: Buffer, now: number): TokenContent | undefined {
  let offset = 0
  const next = (length: number) => {
    if (offset + length > bytes.length) throw new Error('the token is too short')
    offset += length
    return bytes.subarray(offset - length, offset)
  }
  const byte = () => next(1).readUInt8()
  const number = () => {
    for (let value = 0, factor = 1; ; factor *= 128) {
      const seven = byte()
      value += (seven & 127) * factor
      if (!Number.isSafeInteger(value)) throw new Error('a number is too large')
      if (seven < 128) return value
    }
  }
  const list = <One>(read: () => One): One[] => Array.from({ length: byte() }, read)

  if (byte() !== FORMAT) throw new Error('the token has another format')
  const made = next(4).readUInt32BE()
  if (made + GOOD_FOR_S <= now) return undefined
  const incompleteUntil = made + number()
  const topics = list(() => next(byte()).toString('latin1'))
  const entries = list((): DatedEntry => {
    const topic = topics[byte()]
    if (topic === undefined) throw new Error('a topic is missing')
    return { entry: [topic, uuid(next(16)), number()], at: made - number() }
  })
  if (offset !== bytes.length) throw new Error('the token is too long')
  return { entries: entries.filter(({ at }) => at + GOOD_FOR_S > now), incompleteUntil }
}

/** Seven bits a byte, the lowest first, each but the last with its highest bit set. */
function varint(value: number): Buffer {
  const bytes = []
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest])
    bytes.push((rest % 128) + 128)
  }
}

const uuid = (bytes: Buffer) => bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
