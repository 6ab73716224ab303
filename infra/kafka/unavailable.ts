/** A problem that a person must fix before Kafka can start. The message names it. */
export class KafkaUnavailable extends Error {}

/** Alternatives to installing anything, as the end of a message. */
export const instead = 'or set KAFKA_BROKERS to a broker of yours, or use docker compose (docker compose up).'
