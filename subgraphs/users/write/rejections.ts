import { callerRejections, type Rejection } from '#cqrs/command/decision.ts'

/** What the commands of users, and signing in and out, reject with, in a sentence for the client. */
export const rejections = {
  ...callerRejections,
  USERNAME_TAKEN: 'Somebody has this username: choose another.',
  USERNAME_RESERVED: 'This username is reserved: choose another.',
  EMAIL_TAKEN: 'There is an account with this e-mail address: sign in, or use another.',
  USER_NOT_FOUND: 'There is no such user.',
  CANNOT_FOLLOW_SELF: 'Nobody can follow themselves.',
  TOO_MANY_FOLLOWS: 'Nobody can follow more than 2,000 others: unfollow somebody first.',
  INVALID_CREDENTIALS: 'The e-mail address or the password is wrong.',
  INVALID_SESSION: 'This session has ended: sign in again.',
  TOO_MANY_ATTEMPTS: 'Too many attempts: try again later.',
} as const

export type RejectionCode = keyof typeof rejections

/** Of a caller who is signed in and must give their password again. @param path the input field of it */
export const wrongPassword = (path: string): Rejection<'INVALID_CREDENTIALS'> => ({
  rejected: 'INVALID_CREDENTIALS',
  path: [path],
  message: 'The password is wrong.',
})
