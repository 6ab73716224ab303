/** What the commands of posts reject with, in a sentence for the client. */
export const rejections = {
  POST_NOT_FOUND: 'There is no such post.',
  POST_TITLE_TAKEN: 'The author has a post with this title: choose another.',
} as const

export type RejectionCode = keyof typeof rejections
