import { PrismaPg } from '@prisma/adapter-pg'
import { createPool } from './connect.ts'
import { type Bounds, requestBounds } from './settings.ts'

/** How many connections one client of Prisma's has at most. */
const CONNECTIONS = 10

/** Prisma's way to the tables of one PostgreSQL schema, over connections that go back clean or not at all. */
export const prismaAdapter = (
  url: string,
  schema: string,
  bounds: Bounds = requestBounds,
  connections = CONNECTIONS,
): PrismaPg => new PrismaPg(createPool(url, { bounds, max: connections }), { schema, disposeExternalPool: true })
