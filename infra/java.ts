import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { instead, KafkaUnavailable } from './kafka-unavailable.ts'
import { pinnedEnvironment } from './surroundings.ts'

/** Kafka 4 runs on this Java or a later one. */
export const JAVA = 17

const run = promisify(execFile)

/** What every JVM that we start gets of the environment: none of the variables in which Java looks for options. */
export const javaEnvironment = () => ({ ...pinnedEnvironment('JAVA_HOME'), TZ: 'UTC' })

/** How long Java may take to say its version, in milliseconds. */
const ANSWERS_WITHIN_MS = 60_000

/** @throws KafkaUnavailable when there is no Java, or one that is too old */
export async function checkJava(): Promise<void> {
  const version = await run('java', ['-version'], { env: javaEnvironment(), timeout: ANSWERS_WITHIN_MS }).then(
    ({ stderr, stdout }) => stderr + stdout,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT')
        throw new KafkaUnavailable(
          `Java was not found. Apache Kafka runs on it: install Java ${JAVA} or later, ${instead}`,
        )
      throw new KafkaUnavailable(`Java does not run (java -version): ${error.message}. Fix that, ${instead}`)
    },
  )
  const major = Number(/version "(?:1\.)?(\d+)/.exec(version)?.[1])
  if (!(major >= JAVA))
    throw new KafkaUnavailable(
      `Apache Kafka needs Java ${JAVA} or later; \`java\` is ${version.split('\n')[0]}. Install a later one, ${instead}`,
    )
}
