import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { instead, KafkaUnavailable } from './kafka-unavailable.ts'

const run = promisify(execFile)

const pom = join(import.meta.dirname, 'kafka', 'pom.xml')

/**
 * Fetches the jars once, into a folder beside, which takes its name when it is whole.
 * @returns the class path
 */
export async function fetchJars(options: {
  readonly jarsDir: string
  readonly signal: AbortSignal | undefined
  readonly onProgress: (step: string) => void
}): Promise<string> {
  const { jarsDir, signal, onProgress } = options
  const wanted = resolve(jarsDir, createHash('sha256').update(readFileSync(pom)).digest('hex').slice(0, 12))
  const classPath = join(wanted, '*')
  if (existsSync(wanted)) return classPath
  onProgress('fetching Apache Kafka with Maven (once, 45 MB)')
  const partial = `${wanted}.${process.pid}`
  try {
    await run('mvn', ['-q', '-B', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${partial}`], {
      maxBuffer: 16 * 1024 * 1024,
      ...(signal ? { signal } : {}),
    })
    if (existsSync(wanted)) rmSync(partial, { recursive: true })
    else renameSync(partial, wanted)
    return classPath
  } catch (cause) {
    rmSync(partial, { recursive: true, force: true })
    const error = cause as NodeJS.ErrnoException & { stdout?: string }
    if (error.code === 'ENOENT')
      throw new KafkaUnavailable(`Maven was not found. It fetches Apache Kafka's jars: install Maven (mvn), ${instead}`)
    if (existsSync(wanted)) return classPath // somebody else fetched them meanwhile
    const lines = (error.stdout || error.message)
      .split('\n')
      .filter((line) => line.trim())
      .slice(0, 5)
    throw new KafkaUnavailable(
      `Maven could not fetch Apache Kafka's jars:\n  ${lines.join('\n  ')}\nMend that, ${instead}`,
    )
  }
}
