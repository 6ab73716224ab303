import type { Actor } from '#cqrs/command/command.ts'
import { type Rejection, reject } from '#cqrs/command/decision.ts'
import type { RejectionCode } from './rejections.ts'
import type { Store } from './store.ts'

/** Nothing is written for a deleted account, whose access token is good until it expires. */
export const refuseGone = async (
  store: Store,
  { userId }: NonNullable<Actor>,
): Promise<Rejection<RejectionCode> | undefined> =>
  (await store.isGone(userId)) ? reject('USER_NOT_FOUND') : undefined
