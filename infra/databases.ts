import { currentGeneration } from '#cqrs/roles/service.ts'
import { WRITE_SCHEMA } from '#cqrs/roles/write-schema.ts'
import { type ServiceName, services } from '#subgraphs/services.ts'

export type DatabaseSide = {
  readonly service: ServiceName
  readonly side: 'write' | 'read'
  /** The name of its database when this project creates it. */
  readonly database: string
  /** The PostgreSQL schema of its tables. */
  readonly schema: string
}

/** Every side of every service, with the generation of the read model that this code reads. */
export const databases: readonly DatabaseSide[] = services.flatMap((service) => [
  { service: service.name, side: 'write', database: service.databases.write, schema: WRITE_SCHEMA },
  { service: service.name, side: 'read', database: service.databases.read, schema: currentGeneration(service) },
])

/** @throws when the service does not exist */
export function databaseSide(service: ServiceName, side: DatabaseSide['side']): DatabaseSide {
  const found = databases.find((known) => known.service === service && known.side === side)
  if (!found) throw new Error(`There is no ${side} side of ${service}.`)
  return found
}

/** A url per side, named `<service>.<side>`. */
export type DatabaseUrls = Readonly<Record<`${ServiceName}.${DatabaseSide['side']}`, string>>
