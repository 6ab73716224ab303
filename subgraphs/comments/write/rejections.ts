import { callerRejections } from '#cqrs/command/decision.ts'

/** What the commands of comments reject with, in a sentence for the client. */
export const rejections = {
  ...callerRejections,
  POST_NOT_FOUND: 'There is no such post, or it is so new that comments has not heard of it yet.',
  COMMENT_NOT_FOUND: 'There is no such comment, or it is gone, or its post is.',
  PARENT_NOT_FOUND: 'The comment that this one answers is not there, or is about another post.',
  THREAD_TOO_DEEP: 'Threads have at most 8 levels: answer a comment further up.',
} as const

export type RejectionCode = keyof typeof rejections
