import kafkajs from 'kafkajs'

const choose = kafkajs.Partitioners.DefaultPartitioner()

/** The partition that the producer chooses for a key (by murmur2, like Kafka's own clients). */
export const partitionOf = (key: string, partitions: number): number =>
  choose({
    topic: '',
    partitionMetadata: [...Array(partitions).keys()].map((partitionId) => ({
      partitionId,
      partitionErrorCode: 0,
      leader: 0,
      replicas: [],
      isr: [],
    })),
    message: { key, value: null },
  })
