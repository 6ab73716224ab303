import type { ListedTopic } from '#cqrs/broker/topics.ts'
import type { Model } from '#cqrs/projection/model.ts'
import type { WriteSide } from '#cqrs/roles/write-side.ts'
import * as comments from './comments/wiring.ts'
import * as posts from './posts/wiring.ts'
import type { ServiceName } from './services.ts'
import * as users from './users/wiring.ts'

/** The projections of a service into one PostgreSQL schema. */
export type ServiceModel = Omit<Model, 'schema'>

/** The code of a service, for programs that work on its databases outside its own processes. */
export type Wiring = {
  /** What it writes, each to a topic that it owns. */
  readonly aggregates: readonly { readonly topic: ListedTopic }[]
  readonly readModel: ServiceModel
  /** Data of other services that its commands need, in its write database. */
  readonly references?: ServiceModel
  writeSide(url: string): WriteSide
}

export const wirings: Readonly<Record<ServiceName, Wiring>> = { users, posts, comments }
