import { z } from 'zod'
import { command } from '#cqrs/command/command.ts'
import { accept, reject, unchanged } from '#cqrs/command/decision.ts'
import { id, idempotencyKey } from '#cqrs/command/input.ts'
import { type RejectionText, UNAUTHENTICATED } from '#cqrs/command/rejections.ts'
import { followId } from '../../shared/follow-id.ts'
import { follow } from '../follow.ts'
import { bothOf, CANNOT_FOLLOW_SELF, loadPair, MOST_FOLLOWED, nextFollow, USER_NOT_FOUND } from '../pair.ts'

const TOO_MANY_FOLLOWS: RejectionText = {
  message: 'Nobody can follow more than 2,000 others: unfollow somebody first.',
  meaning: 'the caller follows 2,000 others already',
  advice: 'offers to unfollow somebody',
}

/** Makes the caller follow another user. */
export const followUser = command({
  name: 'FollowUser',
  aggregate: follow,
  input: z.object({ userId: id, idempotencyKey }),
  rejections: { UNAUTHENTICATED, CANNOT_FOLLOW_SELF, USER_NOT_FOUND, TOO_MANY_FOLLOWS },
  target: ({ userId }, caller) => caller && followId(caller.userId, userId),
  load: async (store, { userId }, caller) => ({
    ...(await loadPair(store, userId, caller)),
    followed: caller ? await store.countFollowed(caller.userId) : 0,
  }),

  decide(pair, _, { caller, now }) {
    const both = bothOf(pair, caller)
    if ('rejected' in both) return both
    const { follow: current } = pair
    if (current && !current.deleted) return unchanged(current)
    if (pair.followed >= MOST_FOLLOWED) return reject('TOO_MANY_FOLLOWS', 'userId')
    return accept('inkstream.follow.created.v1', nextFollow(both, current, { deleted: false, now }))
  },
})
