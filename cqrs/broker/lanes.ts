import { type Backoff, createBackoff, sleep } from '#toolkit/process/backoff.ts'
import { partitionName, type TopicPartition } from './broker.ts'

/**
 * How long a fetch waits for a batch, in milliseconds. Then the batch's partition is paused until the batch has
 * settled, since kafkajs fetches nothing more until all batches of a fetch are accepted.
 */
const HOLD_MS = 150

/** Controls the fetches of one kafkajs consumer. */
export type Steering = {
  pause(at: TopicPartition): void
  resume(at: TopicPartition): void
  /** Makes the partition's next fetch begin there. */
  seek(at: TopicPartition, offset: bigint): void
}

type Lane = {
  readonly at: TopicPartition
  readonly backoff: Backoff
  /** The offset of the next batch; undefined until the handler returns it, and while the partition is not assigned. */
  position: bigint | undefined
  paused: boolean
  failed: boolean
  /** The running batch, including the pause after a failure. */
  work: Promise<void> | undefined
}

/**
 * Delivers batches so that a stuck batch delays only its own partition: each partition has a lane, with at most one
 * running batch. Lanes outlive the kafkajs consumer and its assignments: a batch that was running when the partition
 * was lost may still be running when it is assigned again.
 * @param onMoved called with each offset that a handler returned
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

  /** Resumes fetching at the partition's position, if it is assigned and no batch is running. */
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
    /** Sets the assigned partitions. They are not fetched until `begin`. */
    assign(partitions: readonly TopicPartition[], by: Steering): void {
      steering = by
      for (const lane of lanes.values()) lane.position = undefined
      for (const at of partitions) {
        const lane = laneOf(at)
        lane.position = undefined
        pause(lane)
      }
    },

    /** Starts the assigned partitions at these positions. */
    begin(positions: ReadonlyMap<TopicPartition, bigint>): void {
      for (const [at, position] of positions) {
        const lane = laneOf(at)
        lane.position = position
        goOn(lane)
      }
    },

    /** Drops all assigned partitions. Running batches continue. */
    release(): void {
      steering = undefined
      for (const lane of lanes.values()) lane.position = undefined
    },

    /**
     * Starts a batch, and resolves when it has settled or after HOLD_MS; in that case the partition is paused until it
     * settles. Then the partition continues where the handler says, or where it was. A batch is dropped, to be fetched
     * again, if its partition is not assigned or has a running batch.
     */
    async handOver(at: TopicPartition, handle: () => Promise<bigint>): Promise<void> {
      const lane = lanes.get(partitionName(at))
      if (lane?.position === undefined || stopping.aborted) return
      if (isIdle(lane)) {
        lane.work = run(lane, handle)
        // A batch that has just failed is unlikely to be quick.
        if (!lane.failed) await withinOf(lane.work, HOLD_MS)
      }
      if (!isIdle(lane)) pause(lane)
    },

    /** Whether there is nothing to fetch because each assigned partition waits for its batch. */
    allPaused: (): boolean => [...lanes.values()].every(({ position, paused }) => position === undefined || paused),

    /** Resolves when no batch is running, or after `ms` milliseconds. */
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
