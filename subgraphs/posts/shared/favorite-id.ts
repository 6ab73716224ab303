import { v5 as uuidv5 } from 'uuid'

/** Made once, by chance. Another one would give every pair a second favorite. */
const NAMESPACE = '6f1d3a52-8c0e-4b7d-9a41-2e5c7f90b386'

/** The one id that the favorite of a user and a post has, however often it changes. @param userId in lower case */
export const favoriteId = (userId: string, postId: string): string => uuidv5(`${userId}${postId}`, NAMESPACE)
