import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { instead, KafkaUnavailable } from './unavailable.ts'

const run = promisify(execFile)

const pom = join(import.meta.dirname, 'pom.xml')

/** How long Maven may take, in milliseconds. */
const FETCHED_WITHIN_MS = 600_000

/** Maven keeps its own settings, which may name a proxy. Its language is pinned, because it affects names. */
const mavenEnvironment = () => ({
  ...process.env,
  LC_ALL: 'C.UTF-8',
  MAVEN_OPTS: `${process.env.MAVEN_OPTS ?? ''} -Duser.language=en -Duser.country=US`.trim(),
})

/**
 * Fetches the jars once, into a temporary folder that is renamed when complete.
 * @returns the folder
 */
export async function fetchJars(options: {
  readonly jarsDir: string
  readonly signal: AbortSignal | undefined
  readonly onProgress: (step: string) => void
  readonly onSpawn: (name: string, pid: number) => void
}): Promise<string> {
  const { jarsDir, signal, onProgress } = options
  const wanted = resolve(jarsDir, createHash('sha256').update(readFileSync(pom)).digest('hex').slice(0, 12))
  if (existsSync(wanted)) return wanted
  onProgress('fetching Apache Kafka with Maven (once, 45 MB)')
  const partial = `${wanted}.${process.pid}`
  try {
    mkdirSync(partial, { recursive: true })
    copyFileSync(pom, join(partial, 'pom.xml'))
    const running = run('mvn', ['-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=.'], {
      // Maven runs in the folder and gets no path, whose characters it could misread.
      cwd: partial,
      env: mavenEnvironment(),
      maxBuffer: 16 * 1024 * 1024,
      timeout: FETCHED_WITHIN_MS,
      ...(signal ? { signal } : {}),
    })
    if (running.child.pid !== undefined) options.onSpawn('maven', running.child.pid)
    await running
    if (existsSync(wanted)) rmSync(partial, { recursive: true })
    else renameSync(partial, wanted)
    return wanted
  } catch (cause) {
    rmSync(partial, { recursive: true, force: true })
    const error = cause as NodeJS.ErrnoException & { stdout?: string }
    if (error.code === 'ENOENT')
      throw new KafkaUnavailable(`Maven was not found. It fetches Apache Kafka's jars: install Maven (mvn), ${instead}`)
    if (existsSync(wanted)) return wanted // another process fetched them meanwhile
    const lines = (error.stdout || error.message)
      .split('\n')
      .filter((line) => line.trim())
      .slice(0, 5)
    throw new KafkaUnavailable(
      `Maven could not fetch Apache Kafka's jars:\n  ${lines.join('\n  ')}\nFix that, ${instead}`,
    )
  }
}
