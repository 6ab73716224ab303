import { callerRejections } from '#cqrs/command/decision.ts'

/** What the commands of posts reject with, in a sentence for the client. */
export const rejections = {
  ...callerRejections,
  POST_NOT_FOUND: 'There is no such post.',
  POST_TITLE_TAKEN: 'You have a post with this title: choose another.',
} as const

export type RejectionCode = keyof typeof rejections
