import { execFile } from 'node:child_process'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { migrateConfig, topicsConfig } from '#infra/jobs/config.ts'
import { configOf, roleConfigs } from '#infra/role-configs.ts'

const root = resolve(import.meta.dirname, '..', '..')

const entryPoints = [
  ...[...roleConfigs.keys()]
    .filter((name) => name !== 'gateway')
    .map((name) => ({ file: `subgraphs/${name.replace('-', '/')}.ts`, schema: configOf(name) })),
  { file: 'gateway/main.ts', schema: configOf('gateway') },
  { file: 'infra/jobs/migrate.ts', schema: migrateConfig },
  { file: 'infra/jobs/topics.ts', schema: topicsConfig },
]

test.each(entryPoints)(
  '$file --help shows every variable that it reads, and requires none of them',
  async ({ file, schema }) => {
    const { stdout } = await promisify(execFile)(join(root, 'node_modules/.bin/node'), [file, '--help'], {
      cwd: root,
      env: { PATH: process.env.PATH },
    })
    expect(stdout).toMatch(new RegExp(`^node ${file}\n`))
    const shown = [...stdout.matchAll(/^ {2}([A-Z_]+)\n {6}\S.*\n {6}\S.*$/gm)].map(([, name]) => name)
    expect(shown).toEqual(Object.keys(schema.shape))
  },
)
