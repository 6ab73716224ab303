/** Something that a person has to put right before Kafka can start. The message says what. */
export class KafkaUnavailable extends Error {}

/** What a person can do who does not want to install anything, as the end of a message. */
export const instead = 'or set KAFKA_BROKERS to a broker of yours, or use docker compose (docker compose up).'
