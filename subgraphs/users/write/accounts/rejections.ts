import type { Rejection } from '#cqrs/command/decision.ts'
import { type RejectionText, UNAUTHENTICATED } from '#cqrs/command/rejections.ts'

export const INVALID_CREDENTIALS: RejectionText = {
  message: 'The e-mail address or the password is wrong.',
  meaning:
    'from `signIn`: the password is wrong, or there is no such account: it does not say which. From `changePassword` and `deleteAccount`: the password is wrong',
  advice: 'asks again',
}

const INVALID_SESSION: RejectionText = {
  message: 'This session has ended: sign in again.',
  meaning:
    'the refresh token is unknown, expired or was used before, or the session has ended; a token that was used more than 30 seconds ago, or whose successor was used, has ended it',
  advice: 'signs in',
}

const TOO_MANY_ATTEMPTS: RejectionText = {
  message: 'Too many attempts: try again later.',
  meaning:
    'too many tries for this account, in this session, or from this network; or too many passwords wait to be verified',
  advice: 'waits, some seconds at first, then some minutes',
}

/** Rejection codes of signing up, in and out, which are not commands. */
export const rejections = { UNAUTHENTICATED, INVALID_CREDENTIALS, INVALID_SESSION, TOO_MANY_ATTEMPTS }

export type AccountCode = keyof typeof rejections

/** A signed-in caller entered a wrong password. @param path the input field of the password */
export const wrongPassword = (path: string): Rejection<'INVALID_CREDENTIALS'> => ({
  rejected: 'INVALID_CREDENTIALS',
  path: [path],
  message: 'The password is wrong.',
})
