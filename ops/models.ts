import type pg from 'pg'
import { createPool } from '#cqrs/database/connect.ts'
import { backgroundBounds } from '#cqrs/database/settings.ts'
import type { Model } from '#cqrs/projection/model.ts'
import { readModel as comments, references as ofComments } from '../subgraphs/comments/wiring.ts'
import { references as ofPosts, readModel as posts } from '../subgraphs/posts/wiring.ts'
import { readModel as users } from '../subgraphs/users/wiring.ts'
import { databaseUrl, type Service, services } from './targets.ts'

/** What a projector projects into, opened for an operator's command. */
export type OpenModel = {
  /** As in `posts.read_1` and `comments.references`: the consumer group without its prefix. */
  readonly name: string
  readonly model: Model
  readonly pool: pg.Pool
}

const readSchema = () => process.env.READ_SCHEMA || 'read_1'

/** Every model of these services, each with a connection pool; ended when `work` is done. */
export async function withModels<Result>(
  wanted: readonly Service[],
  work: (models: readonly OpenModel[]) => Promise<Result>,
): Promise<Result> {
  const read = { users, posts, comments }
  const references: Partial<Record<Service, Omit<Model, 'schema'>>> = { posts: ofPosts, comments: ofComments }
  const models = services
    .filter((service) => wanted.includes(service))
    .flatMap((service) => {
      const referred = references[service]
      return [
        open(`${service}.${readSchema()}`, { schema: readSchema(), ...read[service] }, databaseUrl(service, 'read')),
        ...(referred
          ? [open(`${service}.references`, { schema: 'write', ...referred }, databaseUrl(service, 'write'))]
          : []),
      ]
    })
  try {
    return await work(models)
  } finally {
    await Promise.all(models.map(({ pool }) => pool.end()))
  }
}

const open = (name: string, model: Model, url: string): OpenModel => ({
  name,
  model,
  pool: createPool(url, { bounds: backgroundBounds, max: 2 }),
})
