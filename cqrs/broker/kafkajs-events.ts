import type { Consumer } from 'kafkajs'
import type { TopicPartition } from './broker.ts'
import type { Steering } from './lanes.ts'

/** Calls back with the partitions of each assignment, before any of them is fetched. */
export function onJoined(
  consumer: Consumer,
  joined: (partitions: readonly TopicPartition[], isCurrent: () => boolean) => Promise<void>,
): void {
  let joins = 0
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    const partitions = Object.entries(payload.memberAssignment).flatMap(([topic, numbers]) =>
      numbers.map((partition) => ({ topic, partition })),
    )
    const join = ++joins
    void joined(partitions, () => join === joins)
  })
}

/**
 * Calls back each time a fetch returns or, with all partitions paused, a heartbeat.
 * kafkajs also emits FETCH after a fetch whose connection broke, and after one that requested nothing. Then only a
 * heartbeat shows whether the broker answers.
 */
export function onFetchCameBack(consumer: Consumer, allPaused: () => boolean, cameBack: () => void): void {
  let answered = false
  consumer.on(consumer.events.FETCH_START, () => {
    answered = false
  })
  consumer.on(consumer.events.REQUEST, ({ payload }) => {
    if (payload.apiName === 'Fetch') answered = true
  })
  consumer.on(consumer.events.GROUP_JOIN, () => {
    // If this happens within a fetch, its answer made the consumer join again.
    answered = false
  })
  consumer.on(consumer.events.FETCH, () => {
    if (answered) cameBack()
  })
  consumer.on(consumer.events.HEARTBEAT, () => {
    if (allPaused()) cameBack()
  })
}

/** Lets lanes control the fetches of this consumer. */
export function steeringOf(consumer: Consumer): Steering {
  /** kafkajs throws once the consumer has crashed; then there is nothing to control. */
  const steer = (action: () => void) => {
    try {
      action()
    } catch {}
  }
  return {
    pause: ({ topic, partition }) => steer(() => consumer.pause([{ topic, partitions: [partition] }])),
    resume: ({ topic, partition }) => steer(() => consumer.resume([{ topic, partitions: [partition] }])),
    seek: ({ topic, partition }, offset) => steer(() => consumer.seek({ topic, partition, offset: String(offset) })),
  }
}
