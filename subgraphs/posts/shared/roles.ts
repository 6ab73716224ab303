import type { Caller } from '#toolkit/trust/caller.ts'

/** Moderators delete and hide what others wrote. The role comes from the access token. */
export const isModerator = (caller: Caller): boolean => caller?.roles.includes('moderator') ?? false
