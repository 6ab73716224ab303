import { describe, test } from 'vitest'
import { scenario, scenarioNow } from '#cqrs/testing/scenario.ts'
import { favorite } from '../favorite.fixture.ts'
import { author, deleted, draft, hidden, moderator, post, stranger } from '../post.fixture.ts'
import { unfavoritePost } from './unfavorite-post.ts'

const given = scenario(unfavoritePost).given
const input = { id: post.id }

describe('unfavoritePost', () => {
  test('ends a favorite', () =>
    given({ post, favorite }, stranger)
      .when(input)
      .thenAccepted('inkstream.favorite.deleted.v1', { ...favorite, updatedAt: scenarioNow, deleted: true }))

  test('is accepted for a post that never was a favorite', () =>
    given({ post, favorite: undefined }, stranger)
      .when(input)
      .thenAccepted('inkstream.favorite.deleted.v1', { id: favorite.id, version: 0, deleted: true }))

  test('changes nothing when the favorite has already ended', () => {
    const ended = { ...favorite, deleted: true }
    given({ post, favorite: ended }, stranger).when(input).thenUnchanged(ended)
  })

  test('is accepted for a hidden post from its author and moderators', () => {
    for (const caller of [author, moderator])
      given({ post: hidden, favorite: undefined }, caller)
        .when(input)
        .thenAccepted('inkstream.favorite.deleted.v1', { userId: caller.userId })
  })

  test.each([
    ['a post that is not there', undefined, undefined],
    ['a deleted post, favored once', deleted, favorite],
    ["another's draft", draft, undefined],
    ["another's hidden post, favored before", hidden, favorite],
  ])('is rejected for %s', (_, post, favorite) =>
    given({ post, favorite }, stranger).when(input).thenRejected('POST_NOT_FOUND', 'id'),
  )

  test('is rejected when nobody is signed in', () =>
    given({ post, favorite }).when(input).thenRejected('UNAUTHENTICATED'))

  test.each([
    ['id', 'x'],
    ['idempotencyKey', 'short'],
  ])('refuses %s %j', (field, value) =>
    given({ post, favorite }, stranger)
      .when({ ...input, [field]: value })
      .thenInvalid(field),
  )
})
