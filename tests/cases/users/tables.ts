import type { Timestamp } from '@bufbuild/protobuf/wkt'
import { timeOf } from '#contracts/events/time.ts'
import { type ExpectedTable, known, type Log, pairs, there, versions } from '../tables.ts'

/** The tables of users, computed from the log independently of its projections. */
export function tables({ users, follows }: Log): readonly ExpectedTable[] {
  const following = follows.filter(there)
  return [
    { side: 'users.write', table: 'users', rows: versions(users) },
    { side: 'users.write', table: 'follows', rows: versions(follows) },
    {
      side: 'users.read',
      table: 'users',
      where: known,
      rows: users.map(({ id, version, username, fullName, bio, avatarUrl, deleted }) => ({
        ...{ id, version, username, fullName, bio, avatarUrl, deleted },
        followersCount: following.filter(({ followeeId }) => followeeId === id).length,
        followingCount: following.filter(({ followerId }) => followerId === id).length,
      })),
    },
    {
      side: 'users.read',
      table: 'follows',
      where: known,
      rows: pairs(follows).map((row, n) => ({ ...row, createdAt: timeOf(follows[n]?.createdAt as Timestamp) })),
    },
  ]
}
