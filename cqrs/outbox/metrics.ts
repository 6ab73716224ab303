import { Counter, Gauge, type Registry } from 'prom-client'

/** The metrics of a relay. */
export function createRelayMetrics(registry: Registry) {
  const registers = [registry]
  const counter = (name: string, help: string) => new Counter({ name, help, registers })
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers })
  return {
    sent: counter('relay_sent_total', 'Events that Kafka acknowledged'),
    parked: counter('relay_parked_total', 'Events that Kafka refused permanently'),
    failures: counter('relay_failures_total', 'Sends and sessions that failed'),
    pending: gauge('relay_outbox_rows', 'Events that wait in the outbox; 10000 means that many or more'),
    waiting: gauge('relay_parked_rows', 'Events that stand parked'),
    ahead: gauge('relay_ahead_records', 'Records by which the topics are ahead of a restored write database'),
  }
}
export type RelayMetrics = ReturnType<typeof createRelayMetrics>
