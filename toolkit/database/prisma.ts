import { PrismaPg } from '@prisma/adapter-pg'
import { createPool } from './connect.ts'
import { type Bounds, requestBounds } from './settings.ts'

/** The maximum number of connections of one Prisma client. */
const CONNECTIONS = 10

/** The Prisma adapter for one PostgreSQL schema, over a pool to which only clean connections return. */
export const prismaAdapter = (
  url: string,
  schema: string,
  bounds: Bounds = requestBounds,
  connections = CONNECTIONS,
): PrismaPg => new PrismaPg(createPool(url, { bounds, max: connections }), { schema, disposeExternalPool: true })
