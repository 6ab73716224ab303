import { z } from 'zod'
import { command } from '#cqrs/command/command.ts'
import { accept, unchanged } from '#cqrs/command/decision.ts'
import { id, idempotencyKey } from '#cqrs/command/input.ts'
import { UNAUTHENTICATED } from '#cqrs/command/rejections.ts'
import { followId } from '../../shared/follow-id.ts'
import { follow } from '../follow.ts'
import { bothOf, CANNOT_FOLLOW_SELF, loadPair, nextFollow, USER_NOT_FOUND } from '../pair.ts'

/** Makes the caller unfollow another user. An ended follow is recorded even if none existed. */
export const unfollowUser = command({
  name: 'UnfollowUser',
  aggregate: follow,
  input: z.object({ userId: id, idempotencyKey }),
  rejections: { UNAUTHENTICATED, CANNOT_FOLLOW_SELF, USER_NOT_FOUND },
  target: ({ userId }, caller) => caller && followId(caller.userId, userId),
  load: (store, { userId }, caller) => loadPair(store, userId, caller),

  decide(pair, _, { caller, now }) {
    const both = bothOf(pair, caller)
    if ('rejected' in both) return both
    const { follow: current } = pair
    if (current?.deleted) return unchanged(current)
    return accept('inkstream.follow.deleted.v1', nextFollow(both, current, { deleted: true, now }))
  },
})
