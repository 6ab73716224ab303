import type { Actor } from '#toolkit/trust/caller.ts'

/** Moderators hide and delete what others wrote. The role comes from the access token. */
export const isModerator = (actor: Actor): boolean => actor?.roles.includes('moderator') ?? false
