import { v5 as uuidv5 } from 'uuid'

/** Never changes: ids of follows are made under it. */
const NAMESPACE = '6f0c2f5a-7a1d-5e0b-9d4e-2b1f0a9c8e37'

/** The id of a pair's follow, so that a toggle is one key. Both sides know it without asking each other. */
export const followId = (followerId: string, followeeId: string): string =>
  uuidv5(`${followerId}${followeeId}`, NAMESPACE)
