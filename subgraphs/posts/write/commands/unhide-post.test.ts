import { describe, test } from 'vitest'
import { scenario, scenarioNow } from '#cqrs/testing/scenario.ts'
import { author, deleted, draft, hidden, moderator, post, stranger } from '../post.fixture.ts'
import { unhidePost } from './unhide-post.ts'

const given = scenario(unhidePost).given
const input = { id: post.id }

describe('unhidePost', () => {
  test('shows a post again as it was, without the reason', () =>
    given(hidden, moderator)
      .when(input)
      .thenAccepted('inkstream.post.unhidden.v1', { ...post, updatedAt: scenarioNow }))

  test('changes nothing when it is not hidden', () => given(post, moderator).when(input).thenUnchanged(post))

  test.each([
    ['a post that is not there', undefined],
    ['a deleted post', deleted],
    ["another's draft", draft],
  ])('is rejected for %s', (_, current) => given(current, moderator).when(input).thenRejected('POST_NOT_FOUND', 'id'))

  test('is rejected for everybody but moderators, who see the post', () => {
    for (const current of [post, hidden]) given(current, author).when(input).thenRejected('FORBIDDEN')
    given(post, stranger).when(input).thenRejected('FORBIDDEN')
    given(hidden, stranger).when(input).thenRejected('POST_NOT_FOUND', 'id')
  })

  test("is rejected for a moderator's own draft: nobody else sees it anyway", () =>
    given({ ...draft, authorId: moderator.userId }, moderator)
      .when(input)
      .thenRejected('FORBIDDEN'))

  test('is rejected when nobody is signed in', () => given(post).when(input).thenRejected('UNAUTHENTICATED'))

  test.each([
    ['id', 'x'],
    ['expectedVersion', 0],
    ['idempotencyKey', 'short'],
  ])('refuses %s %j', (field, value) =>
    given(post, moderator)
      .when({ ...input, [field]: value })
      .thenInvalid(field),
  )
})
