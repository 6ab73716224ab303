import type { Actor } from '#cqrs/command/command.ts'

/** Moderators delete what others wrote. Their access token says so. */
export const isModerator = (actor: Actor): boolean => actor?.roles.includes('moderator') ?? false
