import type { PrismaClient, User } from '#prisma/users/read/generated/client.ts'
import { there } from './there.ts'

/** The latest change wins: when a name passes to another user, that user's event may be projected first. */
export const userByUsername = (read: PrismaClient, username: string): Promise<User | null> =>
  read.user.findFirst({ where: { ...there, username }, orderBy: [{ updatedAt: 'desc' }, { id: 'desc' }] })
