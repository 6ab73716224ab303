import fc from 'fast-check'
import { graphql } from 'graphql'
import { expect, test } from 'vitest'
import type { Caller } from '#toolkit/trust/caller.ts'
import { fromState } from './nodes.ts'
import { createSchema } from './schema.ts'
import { createComment } from './write/commands/create-comment.ts'
import { deleteComment } from './write/commands/delete-comment.ts'
import { editComment } from './write/commands/edit-comment.ts'
import { hideComment } from './write/commands/hide-comment.ts'
import { unhideComment } from './write/commands/unhide-comment.ts'
import { ada, bea, comment, moderator, post } from './write/comment.fixture.ts'
import { isThereFor } from './write/post-reference.ts'

const schema = createSchema()
const source = 'query($id: ID!) { comment(id: $id) { viewerCanEdit viewerCanDelete viewerCanHide viewerCanReply } }'

/** Nobody, the comment's author, the post's author and others, each also as a moderator. */
const callers: readonly Caller[] = [
  null,
  ...[ada, bea, moderator].flatMap((one) => [one, { ...one, roles: [] }, { ...one, roles: ['moderator'] }]),
]
const ancestorIds = Array.from({ length: 7 }, (_, n) => `01890000-0000-7000-8000-0000000001${n}0`)
const states = fc.record({
  hidden: fc.boolean(),
  deleted: fc.boolean(),
  ancestorIds: fc.subarray(ancestorIds).map((some) => (some.length > 3 ? ancestorIds : some)),
})
const posts = fc.constantFrom(
  post,
  { ...post, hidden: true },
  { ...post, draft: true },
  { ...post, deleted: true },
  undefined,
)

test('what the viewer may do is what commands accept, for every caller and state of a comment that they see', () =>
  fc.assert(
    fc.asyncProperty(fc.constantFrom(...callers), states, posts, async (caller, state, post) => {
      const current = { ...comment, ...state, hiddenReason: state.hidden ? 'spam' : '' }
      const seen = caller ? isThereFor(post, caller) : post && !post.draft && !post.hidden && !post.deleted
      fc.pre(seen === true)
      const context = { caller, now: new Date(), newId: () => comment.id }
      const loaded = { comment: current, post }
      const { id, postId } = comment
      const decisions = {
        viewerCanEdit: editComment.decide(loaded, { id, body: 'Better said.' }, context),
        viewerCanDelete: deleteComment.decide(loaded, { id }, context),
        viewerCanHide: hideComment.decide(loaded, { id, reason: 'spam' }, context),
        viewerCanReply: createComment.decide({ post, parent: current }, { postId, parentId: id, body: 'b' }, context),
      }
      const { data } = await graphql({
        ...{ schema, source, variableValues: { id } },
        contextValue: { call: { caller }, commentsById: { load: async () => fromState(current) } },
      })
      const accepted = Object.entries(decisions).map(([field, decision]) => [field, !('rejected' in decision)])
      expect(data?.comment).toEqual(Object.fromEntries(accepted))
      const unhide = unhideComment.decide(loaded, { id }, context)
      expect(data?.comment).toMatchObject({ viewerCanHide: !('rejected' in unhide) })
    }),
    { numRuns: 500 },
  ))
