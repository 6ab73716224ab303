import type { Caller } from '#toolkit/trust/caller.ts'

/** Moderators delete and hide what others wrote. The role comes from the access token. */
export const isModerator = (caller: Caller): boolean => caller?.roles.includes('moderator') ?? false

/** Whether this caller may hide a post that they see, and show it again. A draft is seen by its author alone anyway. */
export const mayHide = ({ draft }: { readonly draft: boolean }, caller: Caller): boolean =>
  !draft && isModerator(caller)
