import { create } from '@bufbuild/protobuf'
import fc from 'fast-check'
import { CommentSchema } from '#contracts/events/gen/comments_pb.ts'
import { topics } from '#contracts/topics.ts'
import { history } from '#cqrs/testing/interleaving.ts'
import { type Histories, idOf, life, states, text } from '../histories.ts'

const comment = fc.record({ body: text, hiddenReason: fc.option(text, { nil: '' }) })

/** The third replies to the first, the fifth to the third, and the fourth to a comment without any event. */
const ancestors = [[], [], [idOf.comment(0)], [idOf.comment(9)], [idOf.comment(0), idOf.comment(2)]]

const hiddenFor = (hiddenReason: string) => ({ hidden: hiddenReason !== '', hiddenReason })

export const histories: Histories = {
  topics: [topics.comments],
  some: fc.array(life(comment), { maxLength: 5 }).map((comments) =>
    comments.map((one, n) => {
      const id = idOf.comment(n)
      const state = { id, postId: idOf.post(n % 4), authorId: idOf.user(n % 4), ancestorIds: ancestors[n] ?? [] }
      const made = states(one, (said, rest) =>
        create(CommentSchema, { ...state, body: said?.body ?? '', ...hiddenFor(said?.hiddenReason ?? ''), ...rest }),
      )
      return history(topics.comments, id, made)
    }),
  ),
}
