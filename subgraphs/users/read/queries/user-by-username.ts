import type { PrismaClient, User } from '#prisma/users/read/generated/client.ts'
import { there } from './there.ts'

/** The latest claim wins: a name may have passed to another user whose event came first. */
export const userByUsername = (read: PrismaClient, username: string): Promise<User | null> =>
  read.user.findFirst({ where: { ...there, username }, orderBy: [{ updatedAt: 'desc' }, { id: 'desc' }] })
