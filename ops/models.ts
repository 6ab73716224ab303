import type pg from 'pg'
import type { Model } from '#cqrs/projection/model.ts'
import { currentGeneration } from '#cqrs/roles/service.ts'
import { WRITE_SCHEMA } from '#cqrs/roles/write-schema.ts'
import { type ServiceName, serviceOf } from '#subgraphs/services.ts'
import { wirings } from '#subgraphs/wirings.ts'
import { createPool } from '#toolkit/database/connect.ts'
import { backgroundBounds } from '#toolkit/database/settings.ts'
import { databaseUrl } from './targets.ts'

/** The model of a projector, opened for an operator's command. */
export type OpenModel = {
  /** The consumer group without its prefix, such as `posts.read_1` or `comments.references`. */
  readonly name: string
  readonly model: Model
  /** Whether this code projects it. An earlier build projects an earlier generation. */
  readonly current: boolean
  readonly pool: pg.Pool
}

/**
 * Opens every existing model of these services with a connection pool, which is closed when `work` is done. A
 * generation that is not migrated yet, or was dropped, is left out and named on stderr.
 */
export async function withModels<Result>(
  wanted: readonly ServiceName[],
  work: (models: readonly OpenModel[]) => Promise<Result>,
): Promise<Result> {
  const models = wanted.flatMap(modelsOf)
  try {
    const there = await Promise.all(models.map(isThere))
    for (const { name } of models.filter((_, index) => !there[index]))
      console.error(`${name} is left out: its schema is not in the database. Is it migrated, or dropped?`)
    return await work(models.filter((_, index) => there[index]))
  } finally {
    await Promise.all(models.map(({ pool }) => pool.end()))
  }
}

function modelsOf(name: ServiceName): readonly OpenModel[] {
  const service = serviceOf(name)
  const { readModel, references } = wirings[name]
  const read = service.generations.map((schema) => ({
    name: `${name}.${schema}`,
    model: { schema, ...readModel },
    current: schema === currentGeneration(service),
    pool: open(databaseUrl(name, 'read')),
  }))
  if (!references) return read
  const model = { schema: WRITE_SCHEMA, ...references }
  return [...read, { name: `${name}.references`, model, current: true, pool: open(databaseUrl(name, 'write')) }]
}

const open = (url: string) => createPool(url, { bounds: backgroundBounds, max: 2 })

/** True when the database does not answer: the work on it will report that. */
async function isThere({ pool, model }: OpenModel): Promise<boolean> {
  const query = 'SELECT to_regnamespace($1) IS NOT NULL AS there'
  const found = await pool.query<{ there: boolean }>(query, [model.schema]).catch(() => undefined)
  return found?.rows[0]?.there ?? true
}
