import type { ListedTopic } from '#cqrs/broker/topics.ts'
import type { Model } from '#cqrs/projection/model.ts'
import type { WriteSide } from '#cqrs/roles/write-side.ts'
import * as comments from './comments/wiring.ts'
import * as posts from './posts/wiring.ts'
import type { ServiceName } from './services.ts'
import * as users from './users/wiring.ts'

/** What a service projects into one PostgreSQL schema. */
export type ServiceModel = Omit<Model, 'schema'>

/** The code of a service, for those who work on its databases from outside its processes. */
export type Wiring = {
  /** What it writes, each kind to a topic of its own. */
  readonly aggregates: readonly { readonly topic: ListedTopic }[]
  readonly readModel: ServiceModel
  /** What its commands must know of other services, in its write database. */
  readonly references?: ServiceModel
  writeSide(url: string): WriteSide
}

export const wirings: Readonly<Record<ServiceName, Wiring>> = { users, posts, comments }
