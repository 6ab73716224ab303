import type pg from 'pg'
import type { Log } from '#toolkit/process/log.ts'
import { type Batch, partitionName, type TopicPartition, type UnreadablePart } from '../broker/broker.ts'
import type { TopicSettings } from '../broker/topics.ts'
import { type Applied, applyBatch } from './apply.ts'
import { findExtraRows, type LookUp } from './look-up.ts'
import { fedBy, type Model } from './model.ts'
import { type createPositions, NEAR_THE_END } from './positions.ts'
import type { createReport } from './report.ts'
import { unreadable } from './unreadable.ts'

/** Projects batches of a model's topics, each from its partition's stored offset. */
export function createBatches(
  options: Model & {
    readonly pool: pg.Pool
    readonly topicSettings: Pick<TopicSettings, 'prefix'>
    readonly lookUp?: LookUp
    readonly positions: ReturnType<typeof createPositions>
    /** Reports a committed batch. */
    readonly report: ReturnType<typeof createReport>
    readonly log: Log
    readonly stopping: AbortSignal
  },
) {
  const { pool, schema, lookUp, positions, report, log, stopping } = options
  const { prefix } = options.topicSettings
  /** By topic, with its prefix. */
  const fed = new Map(
    options.projections.map(({ topic: { name, owner } }) => [
      prefix + name,
      { owner, model: fedBy(options, prefix + name, prefix) },
    ]),
  )

  function fedFrom(topic: string) {
    const found = fed.get(topic)
    if (!found) throw new Error(`nothing is projected from ${topic}`)
    return found
  }

  async function goOnFromDatabase({ topic, partition }: TopicPartition): Promise<bigint> {
    const [next] = (await positions.adopt([{ topic, partition }])).values()
    if (next === undefined) throw new Error(`no offset for ${partitionName({ topic, partition })}`)
    return next
  }

  async function project(batch: Batch, from: bigint): Promise<Applied> {
    const { model } = fedFrom(batch.topic)
    const nearEnd = batch.highWatermark - batch.next < NEAR_THE_END
    const extra = lookUp && nearEnd ? await findExtraRows(lookUp, { pool, model, log, stopping }, batch) : undefined
    return applyBatch(pool, model, batch, { from, to: batch.next }, extra)
  }

  return {
    /** With their prefix. */
    topics: [...fed.keys()],

    /** Projects a batch. @returns the offset to read next @throws OtherLog, and transient errors */
    async write(batch: Batch): Promise<bigint> {
      const from = positions.next(batch)
      if (from === undefined) throw new Error(`a batch of ${partitionName(batch)}, which is not ours`)
      // Already read: fetched before a seek, or from a log that has been replaced.
      if (batch.next <= from) return goOnFromDatabase(batch)
      // A gap comes from compaction, or from records that were deleted unread: verify the log.
      if ((batch.records[0]?.offset ?? from) > from) await positions.verify(batch.topic)
      const unread = { ...batch, records: batch.records.filter(({ offset }) => offset >= from) }
      const applied = await project(unread, from)
      if (applied.status === 'fenced') return goOnFromDatabase(batch)
      positions.moved(batch, batch.next, batch.highWatermark)
      report(unread, applied)
      return batch.next
    },

    /**
     * Continues after an unreadable part of the log, once an operator has moved the stored offset past it.
     * @returns the offset to read next @throws until then, with the problem and the remedy
     */
    async stepOver(part: UnreadablePart): Promise<bigint> {
      const from = await goOnFromDatabase(part)
      if (part.next !== undefined && from >= part.next) return from
      throw unreadable(part, { schema, owner: fedFrom(part.topic).owner })
    },
  }
}
