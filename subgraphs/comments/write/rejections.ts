/** What the commands of comments reject with, in a sentence for the client. */
export const rejections = {
  POST_NOT_FOUND: 'There is no such post, or it is so new that comments has not heard of it yet.',
} as const

export type RejectionCode = keyof typeof rejections
