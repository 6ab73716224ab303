import fc from 'fast-check'
import { isObjectType } from 'graphql'
import { expect, test } from 'vitest'
import type { Caller } from '#toolkit/trust/caller.ts'
import { fromState } from './nodes.ts'
import { createSchema } from './schema.ts'
import { deletePost } from './write/commands/delete-post.ts'
import { publishPost } from './write/commands/publish-post.ts'
import { updatePost } from './write/commands/update-post.ts'
import { post } from './write/post.fixture.ts'
import type { Post } from './write/states.ts'

const users = [post.authorId, '01890000-0000-7000-8000-00000000000c', '01890000-0000-7000-8000-00000000000d']
const callers: fc.Arbitrary<Caller> = fc.option(
  fc.record({
    userId: fc.constantFrom(...users),
    roles: fc.subarray(['moderator', 'admin', 'MODERATOR', 'author']),
    sessionId: fc.constant(null),
  }),
)
const states: fc.Arbitrary<Post> = fc
  .record({
    authorId: fc.constantFrom(...users),
    draft: fc.boolean(),
    deleted: fc.boolean(),
    hidden: fc.boolean(),
    version: fc.nat(),
  })
  .map((some) => ({ ...post, ...some, publishedAt: some.draft ? null : post.publishedAt }))

const type = createSchema().getType('Post')
const said = (field: string, state: Post, caller: Caller): unknown => {
  const node = fromState(state)
  if (!isObjectType(type)) throw new Error('no type Post')
  // A query finds no deleted post that could have fields.
  return node && type.getFields()[field]?.resolve?.(node, {}, { call: { caller } }, undefined as never)
}

const { id } = post
const more = (caller: Caller) => ({ caller, now: new Date(), newId: () => id })
test.each([
  ['viewerCanEdit', 'updatePost', (s: Post, c: Caller) => updatePost.decide(s, { id, body: 'new' }, more(c))],
  ['viewerCanEdit', 'publishPost', (s: Post, c: Caller) => publishPost.decide(s, { id }, more(c))],
  ['viewerCanDelete', 'deletePost', (s: Post, c: Caller) => deletePost.decide(s, { id }, more(c))],
] as const)('%s says how %s ends, whoever asks and whatever the post is', (field, _, decide) =>
  fc.assert(
    fc.property(states, callers, (state, caller) => {
      expect(said(field, state, caller) ?? false).toBe(!('rejected' in decide(state, caller)))
    }),
  ),
)
