import { accountIsGone, reject } from '#cqrs/command/decision.ts'
import type { RejectionText } from '#cqrs/command/rejections.ts'
import type { Caller } from '#toolkit/trust/caller.ts'
import { followId } from '../shared/follow-id.ts'
import type { Follow, User } from './states.ts'
import type { Store } from './store.ts'

/** Two users, and the follow between them. Missing ones are undefined. */
export type Pair = {
  readonly follower: User | undefined
  readonly followee: User | undefined
  readonly follow: Follow | undefined
}

/** How many users one user may follow: a feed reads a page of each. */
export const MOST_FOLLOWED = 2_000

export const USER_NOT_FOUND: RejectionText = {
  message: 'There is no such user.',
  meaning: 'no such user, or the account is deleted',
  advice: 'goes back',
}

export const CANNOT_FOLLOW_SELF: RejectionText = {
  message: 'Nobody can follow themselves.',
  meaning: 'follower and followed are the same',
  advice: 'does not offer it',
}

/** Loads the caller and the user with this id. */
export async function loadPair(store: Store, userId: string, caller: Caller): Promise<Pair> {
  const followee = await store.user(userId)
  if (!caller) return { follower: undefined, followee, follow: undefined }
  return {
    follower: await store.user(caller.userId),
    followee,
    follow: await store.follow(followId(caller.userId, userId)),
  }
}

/** Both users, or the reason why the caller can neither follow nor unfollow. */
export function bothOf({ follower, followee }: Pair, caller: Caller) {
  if (!caller) return reject('UNAUTHENTICATED')
  if (!follower || follower.deleted) return accountIsGone
  if (follower.id === followee?.id) return reject('CANNOT_FOLLOW_SELF', 'userId')
  if (!followee || followee.deleted) return reject('USER_NOT_FOUND', 'userId')
  return { follower, followee }
}

/** The next state of a pair's follow. */
export const nextFollow = (
  { follower, followee }: { readonly follower: User; readonly followee: User },
  current: Follow | undefined,
  { deleted, now }: { readonly deleted: boolean; readonly now: Date },
): Follow => ({
  id: followId(follower.id, followee.id),
  version: current?.version ?? 0,
  followerId: follower.id,
  followeeId: followee.id,
  createdAt: deleted && current ? current.createdAt : now,
  updatedAt: now,
  deleted,
})
