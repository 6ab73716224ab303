import fc from 'fast-check'
import type { GraphQLResolveInfo } from 'graphql'
import { expect, test } from 'vitest'
import { any } from '#cqrs/testing/states.ts'
import type { Context } from './context.ts'
import { fromState } from './nodes.ts'
import { resolvers } from './resolvers.ts'
import { hidePost } from './write/commands/hide-post.ts'
import { unhidePost } from './write/commands/unhide-post.ts'
import { author, moderator, post, stranger } from './write/post.fixture.ts'
import { isThereFor } from './write/post.ts'

const callers = fc.constantFrom(null, author, stranger, moderator, { ...author, roles: ['moderator'] })
const states = fc
  .record({ draft: any.flag, hidden: any.flag, deleted: any.flag })
  .map((flags) => ({ ...post, ...flags, hiddenReason: flags.hidden ? 'Copied.' : '' }))

test('viewerCanHide of a post that the caller sees says whether hidePost and unhidePost are accepted', () =>
  fc.assert(
    fc.property(callers, states, fc.constantFrom('Copied.', 'Worse.'), (caller, state, reason) => {
      const context = { caller, now: new Date(), newId: () => post.id }
      const node = caller && isThereFor(state, caller) ? fromState(state) : null
      const resolve = resolvers.Post?.viewerCanHide
      if (typeof resolve !== 'function') throw new Error('there is no resolver')
      const may = node !== null && resolve(node, {}, { call: { caller } } as Context, {} as GraphQLResolveInfo)
      expect('rejected' in hidePost.decide(state, { id: post.id, reason }, context)).toBe(!may)
      expect('rejected' in unhidePost.decide(state, { id: post.id }, context)).toBe(!may)
    }),
    { numRuns: 300 },
  ))
