import { execFile } from 'node:child_process'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { databases } from '#infra/databases.ts'
import { childEnvironment } from './child-environment.ts'
import type { Stack } from './stack.ts'

const root = resolve(import.meta.dirname, '..', '..')

/** The environment of an operator of this stack. */
export const opsEnvironment = (stack: Stack): NodeJS.ProcessEnv => ({
  ...childEnvironment(),
  TOPIC_PREFIX: stack.prefix,
  KAFKA_BROKERS: stack.kafkaBrokers,
  ...Object.fromEntries(Object.entries(stack.ports).map(([name, port]) => [name, String(port)])),
  ...Object.fromEntries(
    databases.map(({ service, side }) => [
      `${service.toUpperCase()}_${side.toUpperCase()}_DATABASE_URL`,
      stack.databaseUrl(`${service}.${side}`),
    ]),
  ),
})

/** Runs `npm run ops -- …` as an operator of this stack. */
export async function runOps(stack: Stack, ...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const env = opsEnvironment(stack)
  const command = promisify(execFile)('node', [join(root, 'ops', 'main.ts'), ...args], { cwd: root, env })
  return command.then(
    ({ stdout, stderr }) => ({ code: 0, out: stdout, err: stderr }),
    (error: { code: number; stdout: string; stderr: string }) => ({
      code: error.code,
      out: error.stdout,
      err: error.stderr,
    }),
  )
}
