import type { Caller } from '#toolkit/trust/caller.ts'

/** Moderators hide and delete what others wrote. The role comes from the access token. */
export const isModerator = (caller: Caller): boolean => caller?.roles.includes('moderator') ?? false
