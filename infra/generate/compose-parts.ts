/** The parts of docker-compose.yml that do not depend on the services. */

export const head = `# Made by \`npm run generate\` from the definitions in subgraphs/*/service.ts. Change infra/generate/compose-file.ts instead.
# The whole system in containers: \`docker compose up --build\`, then http://127.0.0.1:4000/playground.
# PostgreSQL and Kafka, two jobs that prepare them and end, and one image run once for each role.

# Nothing here writes to its own image, gains a right that it was not started with, or takes the whole machine's memory.
x-confined: &confined
  read_only: true
  cap_drop: [ALL]
  security_opt: ["no-new-privileges:true"]
  pids_limit: 500
  mem_limit: 512m
  tmpfs: [/tmp]

x-role: &role
  <<: *confined
  image: inkstream
  build: .
  init: true
  restart: unless-stopped
  stop_grace_period: 10s

x-job: &job
  <<: *confined
  image: inkstream
  build: .
  restart: on-failure

x-prepared: &prepared
  migrate: { condition: service_completed_successfully }
  topics: { condition: service_completed_successfully }

# Each service has a database user of its own, which the job that migrates makes: it comes to no database of another.`

export const servers = `x-kafka: &kafka { KAFKA_BROKERS: "kafka:9092" }
# For trying it out. Set secrets of your own in .env: the first keys the digests that are kept of commands,
# SIGNING_KEY_SECRET seals the keys that sign access tokens, CONSISTENCY_KEYS sign consistency tokens, the others sign the
# requests between the processes, one for each pair.
# Where NODE_ENV is production, as it is in the image, no process starts with these.
x-mode: &mode { NODE_ENV: "\${NODE_ENV:-development}" }
x-secret: &secret { IDEMPOTENCY_SECRET: "\${IDEMPOTENCY_SECRET:-only-for-trying-it-out}" }

services:
  postgres:
    <<: *confined
    image: postgres:18
    # Started as root it would need rights to become this user.
    user: postgres
    mem_limit: 1g
    shm_size: 256m
    tmpfs: [/tmp, "/var/run/postgresql:mode=1777"]
    environment:
      { POSTGRES_USER: inkstream, POSTGRES_PASSWORD: "\${POSTGRES_PASSWORD:-inkstream}", POSTGRES_DB: postgres }
    command: [postgres, -c, max_connections=200]
    volumes: ["postgres:/var/lib/postgresql"]
    restart: unless-stopped
    healthcheck:
      # Over TCP: the server that initialises the folder listens on a socket alone.
      test: [CMD, pg_isready, -h, 127.0.0.1, -U, inkstream]
      interval: 2s
      timeout: 3s
      retries: 30

  kafka:
    <<: *confined
    image: apache/kafka:4.1.0
    mem_limit: 1600m
    # Its start writes its configuration, from the environment.
    tmpfs: [/tmp, "/opt/kafka/config:mode=1777", "/opt/kafka/logs:mode=1777"]
    environment:
      KAFKA_NODE_ID: "1"
      KAFKA_PROCESS_ROLES: broker,controller
      KAFKA_LISTENERS: "PLAINTEXT://:9092,CONTROLLER://:9093"
      KAFKA_ADVERTISED_LISTENERS: "PLAINTEXT://kafka:9092"
      KAFKA_CONTROLLER_LISTENER_NAMES: CONTROLLER
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT"
      KAFKA_CONTROLLER_QUORUM_VOTERS: "1@kafka:9093"
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: "1"
      KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: "1"
      KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: "1"
      KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR: "1"
      KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR: "1"
      KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: "0"
      KAFKA_AUTO_CREATE_TOPICS_ENABLE: "false"
      KAFKA_LOG_DIRS: /var/lib/kafka/data
    volumes: ["kafka:/var/lib/kafka/data"]
    restart: unless-stopped
    healthcheck:
      test: [CMD, /opt/kafka/bin/kafka-broker-api-versions.sh, --bootstrap-server, "kafka:9092"]
      interval: 5s
      timeout: 10s
      retries: 24
`

export const topics = `  topics:
    <<: *job
    command: [node, infra/jobs/topics.ts]
    environment: *kafka
    depends_on:
      kafka: { condition: service_healthy }
`

export const volumes = `volumes:
  postgres:
  kafka:
`
