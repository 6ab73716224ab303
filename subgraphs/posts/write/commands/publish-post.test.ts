import { describe, test } from 'vitest'
import { scenario, scenarioNow } from '#cqrs/testing/scenario.ts'
import { author, deleted, draft, hidden, moderator, post, stranger } from '../post.fixture.ts'
import { publishPost } from './publish-post.ts'

const given = scenario(publishPost).given
const input = { id: post.id }

describe('publishPost', () => {
  test('makes a draft public', () =>
    given(draft, author)
      .when(input)
      .thenAccepted('inkstream.post.published.v1', {
        ...draft,
        draft: false,
        publishedAt: scenarioNow,
        updatedAt: scenarioNow,
      }))

  test('leaves a published post unchanged', () => given(post, author).when(input).thenUnchanged(post))

  test('leaves a hidden post hidden', () => given(hidden, author).when(input).thenUnchanged(hidden))

  test.each([
    ['a post that is not there', undefined, author],
    ['a deleted post', deleted, author],
    ["another's draft", draft, stranger],
    ["another's hidden post", hidden, stranger],
    ["another's draft, asked by a moderator", draft, moderator],
  ])('is rejected for %s', (_, current, caller) =>
    given(current, caller).when(input).thenRejected('POST_NOT_FOUND', 'id'),
  )

  test("is rejected for another's post", () => given(post, stranger).when(input).thenRejected('FORBIDDEN'))

  test('is rejected when nobody is signed in', () => given(draft).when(input).thenRejected('UNAUTHENTICATED'))

  test.each([
    ['id', 'x'],
    ['expectedVersion', 0],
    ['idempotencyKey', 'short'],
  ])('refuses %s %j', (field, value) =>
    given(draft, author)
      .when({ ...input, [field]: value })
      .thenInvalid(field),
  )
})
