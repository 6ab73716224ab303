import { execFileSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { serviceNames } from '#subgraphs/services.ts'
import { childEnvironment } from '../support/child-environment.ts'

const root = resolve(import.meta.dirname, '..', '..')

/** The packages that files load, in a new process, and the project's folders. */
function loadedBy(...files: readonly string[]): readonly string[] {
  const program = `
    const loaded = new Set()
    require('node:module').registerHooks({
      load(url, context, next) {
        loaded.add(/.*node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(url)?.[1] ?? url)
        return next(url, context)
      },
    })
    Promise.all(${JSON.stringify(files.map((file) => join(root, file)))}.map((file) => import(file))).then(() =>
      process.stdout.write(JSON.stringify([...loaded])))
  `
  return JSON.parse(execFileSync('node', ['--eval', program], { encoding: 'utf8', env: childEnvironment() }))
}

const of = (role: string) => serviceNames.map((name) => `subgraphs/${name}/roles/${role}.ts`)

// Each of them would add to the start and the memory of six processes, and of every operator's command.
const ofApis = [/^@apollo\//, /^graphql$/, /^@as-integrations\//, /^@zxcvbn-ts\//, /\/write\/commands\//, /\/queries\//]

test.each([
  ['relays', of('relay'), [...ofApis, /\/prisma\/\w+\/read\//, /\/projections\//]],
  ['projectors', of('projector'), [...ofApis, /\/prisma\/\w+\/read\//]],
  ["operators' commands", ['subgraphs/wirings.ts'], ofApis],
])('%s load nothing that only apis need', (_name, files, unwanted) => {
  const loaded = loadedBy(...files)
  expect(loaded).toContain('kafkajs')
  expect(loaded.filter((it) => unwanted.some((pattern) => pattern.test(it)))).toEqual([])
})

test('the check sees what apis load', () => {
  const loaded = loadedBy(...of('api'))
  for (const pattern of ofApis)
    expect(
      loaded.some((it) => pattern.test(it)),
      String(pattern),
    ).toBe(true)
})
