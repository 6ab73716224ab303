import { text } from '#cqrs/command/input.ts'

export const body = text(1, 10_000)

/** Why a moderator hides a comment. */
export const reason = text(1, 500)

/** How many ancestors a comment may have. With the comment itself, a thread has at most 8 levels. */
export const MOST_ANCESTORS = 7
