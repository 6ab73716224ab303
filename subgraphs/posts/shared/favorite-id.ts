import { v5 as uuidv5 } from 'uuid'

/** A random UUID that must never change: another one would give every pair a second favorite. */
const NAMESPACE = '6f1d3a52-8c0e-4b7d-9a41-2e5c7f90b386'

/** The id of the favorite of a user and a post. It never changes. @param userId in lower case */
export const favoriteId = (userId: string, postId: string): string => uuidv5(`${userId}${postId}`, NAMESPACE)
