import { sleep } from '#toolkit/process/backoff.ts'
import { type Batch, type Consumer, type ConsumerOptions, partitionName, type TopicPartition } from './broker.ts'

/** A batch; without records when the log cannot be read. */
export type Fetched = Omit<Batch, 'records'> & { readonly records: Batch['records'] | undefined }

/** Consumes all partitions of its topics. `restart` assigns them again, as a rebalance does. */
export function createMemoryConsumer(
  options: ConsumerOptions,
  log: {
    /** The number of a topic's partitions. */
    partitionsOf(topic: string): number
    fetch(at: TopicPartition, next: bigint): Fetched | 'no answer' | undefined
  },
): Consumer & { restart(): void } {
  let stopped = false
  let running = Promise.resolve()
  let session = new AbortController()
  /** The running handler of each partition, by partition name. */
  const inWork = new Map<string, Promise<bigint>>()

  async function consume(signal: AbortSignal): Promise<void> {
    const assigned = options.topics.flatMap((topic) =>
      [...Array(log.partitionsOf(topic)).keys()].map((partition): TopicPartition => ({ topic, partition })),
    )
    while (!signal.aborted) {
      try {
        const offsets = await options.onAssigned(assigned)
        await Promise.all([
          showThatItFetches(assigned, signal),
          ...assigned.map((at) => consumePartition(at, offsets.get(at) ?? 0n, signal)),
        ])
      } catch (error) {
        if (signal.aborted) return
        options.onInterrupted(error as Error)
        await sleep(20, signal)
      }
    }
  }

  async function showThatItFetches([any]: readonly TopicPartition[], signal: AbortSignal): Promise<void> {
    for (; !signal.aborted; await sleep(10, signal)) if (any && log.fetch(any, 0n) !== 'no answer') options.onFetched()
  }

  async function consumePartition(at: TopicPartition, from: bigint, signal: AbortSignal): Promise<void> {
    await inWork.get(partitionName(at))
    for (let next = from; !signal.aborted; ) {
      const batch = log.fetch(at, next)
      if (!batch || batch === 'no answer') {
        await sleep(2, signal)
        continue
      }
      const { records } = batch
      const handled = records
        ? options.onBatch({ ...batch, records })
        : options.onUnreadable({ ...batch, error: new Error('the checksum does not match') })
      const work = handled.catch(() => sleep(20, signal).then(() => next))
      inWork.set(partitionName(at), work)
      next = await work
    }
  }

  function restart(): void {
    session.abort()
    session = new AbortController()
    running = Promise.all([running, consume(session.signal)]).then(() => undefined)
  }
  restart()

  return {
    restart,
    async stop() {
      if (stopped) return running
      stopped = true
      session.abort()
      await Promise.race([running, sleep(1_500)])
    },
  }
}
