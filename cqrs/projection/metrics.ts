import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { TopicPartition } from '../broker/broker.ts'

/** A projector's metrics. Projectors of one process share a registry and differ by the label `projector`. */
export type ProjectorMetrics = {
  lag(at: TopicPartition, records: number): void
  /** Removes the gauge of a partition that another projector has taken over. */
  forgetLag(at: TopicPartition): void
  batch(at: TopicPartition, outcome: { readonly rows: number; readonly deadLetters: number }): void
  /** @param time of an event whose row was just committed, in milliseconds since 1970; NaN is ignored */
  delay(topic: string, time: number): void
  /** Sets the number of open dead letters. */
  parked(letters: number): void
  stopped(is: boolean): void
}

export function createProjectorMetrics(registry: Registry, projector: string): ProjectorMetrics {
  const once = <Metric>(name: string, make: () => Metric): Metric =>
    (registry.getSingleMetric(name) as Metric | undefined) ?? make()
  const registers = [registry]
  const perPartition = ['projector', 'topic', 'partition'] as const
  const gauge = (name: string, help: string) =>
    once(name, () => new Gauge({ name, help, registers, labelNames: perPartition }))
  const counter = (name: string, help: string) =>
    once(name, () => new Counter({ name, help, registers, labelNames: perPartition }))

  const lag = gauge('projector_lag_records', 'Offsets between the end of the log and the tables')
  const batches = counter('projector_batches_total', 'Batches committed')
  const rows = counter('projector_rows_total', 'States whose rows were written')
  const letters = counter('projector_dead_letters_total', 'Records that could not be projected')
  const delay = once(
    'projector_delay_seconds',
    () =>
      new Histogram({
        name: 'projector_delay_seconds',
        help: 'From the time of an event to the commit of its row',
        registers,
        labelNames: ['projector', 'topic'] as const,
        buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600],
      }),
  )
  const perProjector = (name: string, help: string) =>
    once(name, () => new Gauge({ name, help, registers, labelNames: ['projector'] as const }))
  const parked = perProjector('projector_dead_letters_open', 'Records that stand parked')
  const stopped = perProjector('projector_stopped', '1 when the projector waits for somebody to act')
  const labels = ({ topic, partition }: TopicPartition) => ({ projector, topic, partition: String(partition) })

  return {
    lag: (at, records) => lag.set(labels(at), records),
    forgetLag: (at) => lag.remove(labels(at)),
    batch(at, outcome) {
      batches.inc(labels(at))
      rows.inc(labels(at), outcome.rows)
      letters.inc(labels(at), outcome.deadLetters)
    },
    delay(topic, time) {
      if (!Number.isNaN(time)) delay.observe({ projector, topic }, Math.max(0, (Date.now() - time) / 1_000))
    },
    parked: (letters) => parked.set({ projector }, letters),
    stopped: (is) => stopped.set({ projector }, is ? 1 : 0),
  }
}
