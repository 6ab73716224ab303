import { v5 as uuidv5 } from 'uuid'

/** Must never change: the ids of follows are derived from it. */
const NAMESPACE = '6f0c2f5a-7a1d-5e0b-9d4e-2b1f0a9c8e37'

/** The id of a pair's follow. It is derived, so that following and unfollowing write to the same key. */
export const followId = (followerId: string, followeeId: string): string =>
  uuidv5(`${followerId}${followeeId}`, NAMESPACE)
