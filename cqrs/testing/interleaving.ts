import fc from 'fast-check'
import type { IncomingRecord } from '../broker/broker.ts'
import { toRecord } from '../broker/envelope.ts'
import type { ListedTopic } from '../broker/topics.ts'

/** The history of one aggregate: its states with their versions, oldest first. */
export type History<State = unknown> = {
  readonly topic: ListedTopic<State>
  readonly key: string
  readonly states: readonly { readonly version: number; readonly state: State }[]
}

/** Makes the history of an aggregate with versions 1, 2, 3 and so on. */
export const history = <State>(topic: ListedTopic<State>, key: string, states: readonly State[]): History<State> => ({
  topic,
  key,
  states: states.map((state, n) => ({ version: n + 1, state })),
})

/** One batch as delivered to a projector. */
export type DeliveredBatch = {
  readonly topic: string
  readonly partition: number
  readonly records: readonly IncomingRecord[]
}

/** Keys of each topic are spread over this many partitions. */
const PARTITIONS = 2
/** The longest batch, in records. */
const LONGEST = 6

/**
 * The ways in which these histories may reach a projector: topics and keys in any order that keeps the order of each
 * key, older states compacted away, states sent twice (the copy may follow newer ones), gaps in offsets, and batches
 * cut anywhere. The last state of each key is always present. Shrinks towards each history delivered once, in order.
 */
export const interleaving = (histories: readonly History[]): fc.Arbitrary<readonly DeliveredBatch[]> => {
  const records = histories.reduce((sum, { states }) => sum + states.length, 0)
  return fc.array(fc.nat(1_000), { maxLength: 8 * records, size: 'max' }).map((choices) => {
    let taken = 0
    return deliver(histories, (options) => (choices[taken++ % choices.length] ?? 0) % options)
  })
}

/** The shortest delivery: only the last state of each key, each in a separate batch. */
export const lastStates = (histories: readonly History[]): readonly DeliveredBatch[] =>
  deliver(
    histories.map((whole) => ({ ...whole, states: whole.states.slice(-1) })),
    () => 0,
  )

/** Returns one of `options` possibilities; 0 is the simplest. */
type Choose = (options: number) => number

function deliver(histories: readonly History[], choose: Choose): readonly DeliveredBatch[] {
  const partitions = histories.map((history, n) => ({
    topic: history.topic.name,
    partition: n % PARTITIONS,
    records: recordsOf(history, choose),
  }))
  const offsets = new Map<string, bigint>()
  const batches: DeliveredBatch[] = []
  for (;;) {
    const waiting = partitions.filter(({ records }) => records.length > 0)
    const first = waiting[choose(waiting.length)]
    if (!first) return batches
    const { topic, partition } = first
    const keys = waiting.filter((other) => other.topic === topic && other.partition === partition)
    const records: IncomingRecord[] = []
    for (let length = 1 + choose(LONGEST); length > 0; length--) {
      const left = keys.filter((key) => key.records.length > 0)
      const record = left[choose(left.length)]?.records.shift()
      if (!record) break
      const offset = (offsets.get(`${topic}/${partition}`) ?? -1n) + 1n + BigInt(choose(3))
      offsets.set(`${topic}/${partition}`, offset)
      records.push({ ...record, offset })
    }
    batches.push({ topic, partition, records })
  }
}

/** The records of one key, in the order of the log. */
function recordsOf({ topic, key, states }: History, choose: Choose): Omit<IncomingRecord, 'offset'>[] {
  const told = states.filter((_state, n) => n === states.length - 1 || choose(4) < 3)
  for (const state of [...told])
    if (choose(4) === 3) {
      const behind = told.indexOf(state) + 1
      told.splice(behind + choose(told.length - behind + 1), 0, state)
    }
  return told.map(({ version, state }) => {
    const event = { topic: topic.name, key, version, type: 'inkstream.any.changed.v1', eventId: key, trace: null }
    const { value, headers } = toRecord({ ...event, time: new Date(0), value: topic.encode(state) }, '/tests')
    return { key: Buffer.from(key), value, headers }
  })
}
