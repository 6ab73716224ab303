import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { serviceNames } from '#subgraphs/services.ts'
import { databases } from '../databases.ts'
import { withScratchPostgres } from '../postgres/postgres.ts'
import { migrationsFolder, openEngine, type Side, schemaFile } from './schema-engine.ts'

/**
 * `npm run migration -- <service> <write|read> <name>`: writes the next migration of one side, the SQL from the
 * committed schema.prisma to the one in the work tree. Review it before you commit it.
 */
const usage = `npm run migration -- <${serviceNames.join('|')}> <write|read> <name_in_words>`
const root = resolve(import.meta.dirname, '..', '..')

/** schema.prisma in the last commit; undefined if it does not exist yet. */
function committed(side: Side): string | undefined {
  try {
    return execFileSync('git', ['show', `HEAD:${schemaFile(side)}`], { cwd: root, encoding: 'utf8', stdio: 'pipe' })
  } catch {
    return undefined
  }
}

async function main([service, side, name]: string[]): Promise<string | undefined> {
  const found = databases.find((database) => database.service === service && database.side === side)
  if (!found || !name || !/^[a-z0-9_]+$/.test(name)) return `Usage: ${usage}`
  const initial = name === 'init'
  const sql = await withScratchPostgres(async (url) => {
    const engine = await openEngine(found, url, found.schema)
    try {
      return await engine.diff(initial ? undefined : committed(found))
    } finally {
      await engine.close()
    }
  })
  if (sql.includes('This is an empty migration')) return `${schemaFile(found)} is as committed: nothing to migrate.`
  const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14)
  const dir = join(migrationsFolder(found), `${stamp}_${name}`)
  mkdirSync(join(root, dir), { recursive: true })
  // The side's PostgreSQL schema exists already, and migrations do not name it.
  writeFileSync(
    join(root, dir, 'migration.sql'),
    sql.replace(/^-- CreateSchema\nCREATE SCHEMA IF NOT EXISTS .*\n\n/, ''),
  )
  console.log(`Wrote ${dir}/migration.sql`)
  return undefined
}

const problem = await main(process.argv.slice(2))
if (problem) {
  console.error(problem)
  process.exitCode = 1
}
