/** What the commands of users reject with, in a sentence for the client. */
export const rejections = {
  USERNAME_TAKEN: 'Somebody has this username: choose another.',
} as const

export type RejectionCode = keyof typeof rejections
