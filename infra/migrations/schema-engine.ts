import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { PrismaPg } from '@prisma/adapter-pg'
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils'
import { SchemaEngine } from '@prisma/schema-engine-wasm'
import { createPool } from '#toolkit/database/connect.ts'
import { unbounded } from '#toolkit/database/settings.ts'
import type { DatabaseSide } from '../databases.ts'

/**
 * Prisma's migration engine as WebAssembly, which comes with its package; the usual one is a download. It works on one
 * PostgreSQL schema, selected by the connection's search_path, so that migrations need not name it.
 */
export type Side = Pick<DatabaseSide, 'service' | 'side'>

const root = resolve(import.meta.dirname, '..', '..')

export const schemaFile = ({ service, side }: Side) => join('prisma', service, side, 'schema.prisma')
export const migrationsFolder = ({ service, side }: Side) => join('prisma', service, side, 'migrations')

const filters = { externalTables: [], externalEnums: [] }

/** The side's migrations in order, in the format of the engine. */
function migrationsList(side: Side) {
  const dir = join(root, migrationsFolder(side))
  const entries = existsSync(dir) ? readdirSync(dir, { withFileTypes: true }) : []
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
  return {
    baseDir: dir,
    lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' },
    shadowDbInitScript: '',
    migrationDirectories: names.sort().map((name) => {
      const value = readFileSync(join(dir, name, 'migration.sql'), 'utf8')
      return { path: name, migrationFile: { path: 'migration.sql', content: { tag: 'ok' as const, value } } }
    }),
  }
}

/** Opens an engine on one PostgreSQL schema of one database; the schema must exist. */
export async function openEngine(side: Side, url: string, schema: string) {
  // Its own pool, so that closing it releases the engine's advisory lock.
  const pool = createPool(url, { bounds: unbounded, searchPath: schema, max: 10 })
  const adapter = bindMigrationAwareSqlAdapterFactory(new PrismaPg(pool, { schema }))
  const model = readFileSync(join(root, schemaFile(side)), 'utf8')
  const engine = await SchemaEngine.new({ datamodels: [['schema.prisma', model]] }, () => undefined, adapter)
  return {
    apply: () => engine.applyMigrations({ migrationsList: migrationsList(side), filters }),
    diagnose: () =>
      engine.diagnoseMigrationHistory({ migrationsList: migrationsList(side), optInToShadowDatabase: false, filters }),
    /** The SQL from an older schema.prisma, or from nothing, to the one in the work tree. */
    async diff(older: string | undefined): Promise<string> {
      const target = (content: string) => ({
        tag: 'schemaDatamodel' as const,
        files: [{ path: 'schema.prisma', content }],
      })
      const { stdout } = await engine.diff({
        from: older === undefined ? { tag: 'empty' } : target(older),
        to: target(model),
        script: true,
        exitCode: null,
        filters,
      })
      return stdout ?? ''
    },
    async close(): Promise<void> {
      engine.free()
      await pool.end()
    },
  }
}
