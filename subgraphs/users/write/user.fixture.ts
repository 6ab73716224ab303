import type { User } from './states.ts'

/** A user of the write database, for tests. */
export const someUser = (more: Partial<User> = {}): User => ({
  id: '01890000-0000-7000-8000-00000000000a',
  version: 3,
  username: 'ada',
  fullName: 'Ada Lovelace',
  bio: 'Engines.',
  avatarUrl: '',
  createdAt: new Date('2026-01-01T00:00:00.000Z'),
  updatedAt: new Date('2026-01-01T00:00:00.000Z'),
  deleted: false,
  ...more,
})

/** This user as a signed-in caller. */
export const callerOf = ({ id }: Pick<User, 'id'>) => ({ userId: id, roles: [], sessionId: null })
