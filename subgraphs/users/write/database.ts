import { WRITE_SCHEMA } from '#cqrs/roles/write-schema.ts'
import { PrismaClient } from '#prisma/users/write/generated/client.ts'
import { prismaAdapter } from '#toolkit/database/prisma.ts'
import type { Bounds } from '#toolkit/database/settings.ts'

/** Opens the write database. Prisma's errors must not quote the arguments: some are e-mail addresses. */
export const openDatabase = (url: string, bounds: Bounds): PrismaClient =>
  new PrismaClient({ adapter: prismaAdapter(url, WRITE_SCHEMA, bounds), errorFormat: 'minimal' })
