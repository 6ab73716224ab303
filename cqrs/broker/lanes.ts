import { type Backoff, createBackoff, sleep } from '../process/backoff.ts'
import { partitionName, type TopicPartition } from './broker.ts'

/**
 * Longest that a fetch waits for a batch, in milliseconds. Then the batch's partition is paused until the batch has
 * settled, since kafkajs fetches nothing more before all batches of a fetch were taken.
 */
const HOLD_MS = 150

/** How the fetches of one kafkajs consumer are steered. */
export type Steering = {
  pause(at: TopicPartition): void
  resume(at: TopicPartition): void
  /** The partition's next fetch begins there. */
  seek(at: TopicPartition, offset: bigint): void
}

type Lane = {
  readonly at: TopicPartition
  readonly backoff: Backoff
  /** Where the next batch begins; undefined until the handler has said so, and while the partition is not ours. */
  position: bigint | undefined
  paused: boolean
  failed: boolean
  /** The batch that is in work, with the wait that follows a failure. */
  work: Promise<void> | undefined
}

/**
 * Hands batches over so that a partition whose batch is stuck holds up only itself: one lane a partition, with one
 * batch in work at most. Lanes outlive the kafkajs consumer and its assignments: a batch that was in work when the
 * partition was lost still is when the partition comes back.
 * @param onMoved called with the offset that a handler went on to
 */
export function createLanes(stopping: AbortSignal, onMoved: (at: TopicPartition, next: bigint) => void) {
  const lanes = new Map<string, Lane>()
  let steering: Steering | undefined

  function laneOf(at: TopicPartition): Lane {
    const name = partitionName(at)
    const lane = lanes.get(name) ?? {
      at,
      backoff: createBackoff({ min: 100, max: 5_000 }),
      position: undefined,
      paused: false,
      failed: false,
      work: undefined,
    }
    lanes.set(name, lane)
    return lane
  }

  function pause(lane: Lane): void {
    lane.paused = true
    steering?.pause(lane.at)
  }

  /** Has the partition fetched from where it stands, if it is ours and nothing is in work. */
  function goOn(lane: Lane): void {
    if (!steering || lane.position === undefined || !isIdle(lane)) return
    steering.seek(lane.at, lane.position)
    if (lane.paused) steering.resume(lane.at)
    lane.paused = false
  }

  async function run(lane: Lane, handle: () => Promise<bigint>): Promise<void> {
    try {
      const next = await handle()
      lane.backoff.reset()
      lane.failed = false
      if (lane.position !== undefined) {
        lane.position = next
        onMoved(lane.at, next)
      }
    } catch {
      lane.failed = true
      await lane.backoff.wait(stopping)
    }
    lane.work = undefined
    goOn(lane)
  }

  return {
    /** These partitions are ours now, and only these. Nothing is fetched of them until `begin`. */
    assign(partitions: readonly TopicPartition[], by: Steering): void {
      steering = by
      for (const lane of lanes.values()) lane.position = undefined
      for (const at of partitions) {
        const lane = laneOf(at)
        lane.position = undefined
        pause(lane)
      }
    },

    /** Where each of the partitions that are ours begins. */
    begin(positions: ReadonlyMap<TopicPartition, bigint>): void {
      for (const [at, position] of positions) {
        const lane = laneOf(at)
        lane.position = position
        goOn(lane)
      }
    },

    /** No partition is ours any more. Batches in work go on. */
    release(): void {
      steering = undefined
      for (const lane of lanes.values()) lane.position = undefined
    },

    /**
     * Begins with a batch, and resolves when it has settled or HOLD_MS later: then its partition is paused meanwhile.
     * Whatever becomes of it, the partition goes on where the handler says, or where it was. Dropped, to be fetched
     * again, is a batch of a partition that is not ours or has one in work.
     */
    async handOver(at: TopicPartition, handle: () => Promise<bigint>): Promise<void> {
      const lane = lanes.get(partitionName(at))
      if (lane?.position === undefined || stopping.aborted) return
      if (isIdle(lane)) {
        lane.work = run(lane, handle)
        // One that failed just now will hardly be quick.
        if (!lane.failed) await withinOf(lane.work, HOLD_MS)
      }
      if (!isIdle(lane)) pause(lane)
    },

    /** Whether there is nothing to fetch: each partition that is ours waits for its batch. */
    allPaused: (): boolean => [...lanes.values()].every(({ position, paused }) => position === undefined || paused),

    /** Resolves when no batch is in work, or after `ms` milliseconds. */
    idle: (ms: number): Promise<void> =>
      withinOf(Promise.all([...lanes.values()].map(({ work }) => work ?? Promise.resolve())), ms),
  }
}

const isIdle = ({ work }: Lane) => work === undefined

async function withinOf(work: Promise<unknown>, ms: number): Promise<void> {
  const waiting = new AbortController()
  await Promise.race([work, sleep(ms, waiting.signal)])
  waiting.abort()
}
