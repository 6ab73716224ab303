import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { pinnedEnvironment } from '../surroundings.ts'
import { instead, KafkaUnavailable } from './unavailable.ts'

/** The minimum Java version of Kafka 4. */
export const JAVA = 17

const run = promisify(execFile)

/** The environment of every JVM started here, without the variables from which Java reads options. */
export const javaEnvironment = () => ({ ...pinnedEnvironment('JAVA_HOME'), TZ: 'UTC' })

/** How long `java -version` may take, in milliseconds. */
const ANSWERS_WITHIN_MS = 60_000

/** @throws KafkaUnavailable when Java is missing or too old */
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
