import type { Actor } from '#cqrs/command/command.ts'

/** Moderators delete what others wrote. The role comes from the access token. */
export const isModerator = (actor: Actor): boolean => actor?.roles.includes('moderator') ?? false
