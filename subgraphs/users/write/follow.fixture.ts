import { followId } from '../shared/follow-id.ts'
import type { Follow } from './states.ts'
import { someUser } from './user.fixture.ts'

export const follower = someUser()
export const followee = someUser({ id: '01890000-0000-7000-8000-00000000000b', username: 'grace' })

/** The follower follows the followee. */
export const follow: Follow = {
  id: followId(follower.id, followee.id),
  version: 4,
  followerId: follower.id,
  followeeId: followee.id,
  createdAt: new Date('2026-01-01T00:00:00.000Z'),
  updatedAt: new Date('2026-01-01T00:00:00.000Z'),
  deleted: false,
}

/** What a command loads about two users of whom neither ever followed the other. */
export const strangers = { follower, followee, follow: undefined, followed: 0 }
