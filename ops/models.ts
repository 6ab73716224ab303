import type pg from 'pg'
import { createPool } from '#cqrs/database/connect.ts'
import { backgroundBounds } from '#cqrs/database/settings.ts'
import { WRITE_SCHEMA } from '#cqrs/database/write-schema.ts'
import type { Model } from '#cqrs/projection/model.ts'
import { currentGeneration } from '#cqrs/roles/service.ts'
import { type ServiceName, serviceOf } from '#subgraphs/services.ts'
import { wirings } from '#subgraphs/wirings.ts'
import { databaseUrl } from './targets.ts'

/** What a projector projects into, opened for an operator's command. */
export type OpenModel = {
  /** As in `posts.read_1` and `comments.references`: the consumer group without its prefix. */
  readonly name: string
  readonly model: Model
  /** Whether this code projects it. A generation of before is projected by a build of before. */
  readonly current: boolean
  readonly pool: pg.Pool
}

/**
 * Every model of these services that is there, each with a connection pool; ended when `work` is done. A generation that
 * is not migrated yet, or was dropped, is left out and named on stderr.
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

/** One whose database does not answer counts as there: what works on it says so. */
async function isThere({ pool, model }: OpenModel): Promise<boolean> {
  const query = 'SELECT to_regnamespace($1) IS NOT NULL AS there'
  const found = await pool.query<{ there: boolean }>(query, [model.schema]).catch(() => undefined)
  return found?.rows[0]?.there ?? true
}
