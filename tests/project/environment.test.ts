import { globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '..', '..')

/** Variables that no schema defines: where programs are, and those of Node, Maven, Apollo, terminals and CI. */
const foreign = [
  'PATH',
  'HOME',
  'TZ',
  'NO_COLOR',
  'NODE_COMPILE_CACHE',
  'MAVEN_OPTS',
  'APOLLO_TELEMETRY_DISABLED',
  'CI',
]

/** Files that use the whole environment: to parse it with a schema, or to pass it to another program. */
const whole = [
  'toolkit/process/config.ts',
  'toolkit/process/loopback.ts',
  'contract-checks/sides/git.ts',
  'infra/generate/steps.ts',
  'infra/kafka/jars.ts',
  'infra/start/main.ts',
  'infra/surroundings.ts',
]

const files = globSync('*/**/*.ts', { cwd: root, exclude: ['node_modules/**'] }).filter(
  (file) => !/(^|\/)(generated|dist|gen|node_modules)\//.test(file) && file !== 'tests/project/environment.test.ts',
)
/** A fixture may be a process that gets its arguments through the environment. */
const isFixture = (file: string) => file.endsWith('.fixture.ts')
/** Tests pass their own environment to the processes that they start. */
const isOfTests = (file: string) => /^tests\/|\.(test|fixture)\.ts$/.test(file)

test('environment variables are read only through a schema, which gives each a row in docs/configuration.md', () => {
  expect(files.length).toBeGreaterThan(300)
  const found = files.flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(/process\.env\b(?:\.(\w+))?/g)]
      .filter(([, name]) =>
        name ? !foreign.includes(name) && !isFixture(file) : !whole.includes(file) && !isOfTests(file),
      )
      .map(([text]) => `${file}: ${text}`),
  )
  expect(found).toEqual([])
})
