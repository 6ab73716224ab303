import { globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '..', '..')

/** What others define and no schema here has: where programs are, and what Node, Maven, Apollo and terminals read. */
const foreign = ['PATH', 'HOME', 'TZ', 'NO_COLOR', 'NODE_COMPILE_CACHE', 'MAVEN_OPTS', 'APOLLO_TELEMETRY_DISABLED']

/** Who takes the environment as a whole: through a schema, or to hand it to a program of others. */
const whole = [
  'cqrs/process/config.ts',
  'cqrs/process/loopback.ts',
  'contract-checks/sides/git.ts',
  'infra/generate/steps.ts',
  'infra/kafka-jars.ts',
  'infra/start.ts',
  'infra/surroundings.ts',
]

const files = globSync('*/**/*.ts', { cwd: root, exclude: ['node_modules/**'] }).filter(
  (file) => !/(^|\/)(generated|dist|gen|node_modules)\//.test(file) && file !== 'tests/project/environment.test.ts',
)
/** A fixture may be a process whose arguments are in its environment. */
const isFixture = (file: string) => file.endsWith('.fixture.ts')
/** Tests hand their own environment on to what they start. */
const isOfTests = (file: string) => /^tests\/|\.(test|fixture)\.ts$/.test(file)

test('nothing reads a variable of the environment but through a schema, which gives it a row in docs/configuration.md', () => {
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
