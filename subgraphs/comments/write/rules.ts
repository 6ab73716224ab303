import { text } from '#cqrs/command/input.ts'

export const body = text(1, 10_000)

/** Why a moderator hides a comment. */
export const reason = text(1, 500)
