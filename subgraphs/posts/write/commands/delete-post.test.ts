import { describe, test } from 'vitest'
import { scenario } from '#cqrs/testing/scenario.ts'
import { author, deleted, draft, hidden, moderator, post, stranger } from '../post.fixture.ts'
import { deletePost } from './delete-post.ts'

const given = scenario(deletePost).given
const input = { id: post.id }

describe('deletePost', () => {
  test('removes all content of the post', () =>
    given({ ...post, formerSlugs: ['once'] }, author)
      .when(input)
      .thenAccepted('inkstream.post.deleted.v1', {
        id: post.id,
        version: 3,
        deleted: true,
        title: '',
        slug: '',
        body: '',
        tags: [],
        formerSlugs: [],
      }))

  test('deletes a draft as well', () =>
    given(draft, author).when(input).thenAccepted('inkstream.post.deleted.v1', { deleted: true, draft: true }))

  test('deletes a hidden post with the reason, for its author and a moderator', () => {
    for (const caller of [author, moderator])
      given(hidden, caller)
        .when(input)
        .thenAccepted('inkstream.post.deleted.v1', { deleted: true, hidden: false, hiddenReason: '' })
  })

  test.each([
    ['a post that is not there', undefined, author],
    ['a deleted post', deleted, author],
    ["another's draft", draft, stranger],
    ["another's hidden post", hidden, stranger],
    ["another's draft, asked by a moderator", draft, moderator],
  ])('is rejected for %s', (_, current, caller) =>
    given(current, caller).when(input).thenRejected('POST_NOT_FOUND', 'id'),
  )

  test('is allowed for a moderator', () =>
    given(post, moderator).when(input).thenAccepted('inkstream.post.deleted.v1', { deleted: true, title: '' }))

  test('is rejected for another user', () => given(post, stranger).when(input).thenRejected('FORBIDDEN'))

  test('is rejected when nobody is signed in', () => given(post).when(input).thenRejected('UNAUTHENTICATED'))

  test.each([
    ['id', '1'],
    ['expectedVersion', 0],
    ['idempotencyKey', 'short'],
  ])('refuses %s %j', (field, value) =>
    given(post, author)
      .when({ ...input, [field]: value })
      .thenInvalid(field),
  )
})
