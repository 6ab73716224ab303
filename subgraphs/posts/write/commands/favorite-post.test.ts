import { describe, test } from 'vitest'
import { scenario, scenarioNow } from '#cqrs/testing/scenario.ts'
import { favorite } from '../favorite.fixture.ts'
import { author, deleted, draft, hidden, moderator, post, stranger } from '../post.fixture.ts'
import { favoritePost } from './favorite-post.ts'

const given = scenario(favoritePost).given
const input = { id: post.id }

describe('favoritePost', () => {
  test('favors a post for the first time', () =>
    given({ post, favorite: undefined }, stranger)
      .when(input)
      .thenAccepted('inkstream.favorite.created.v1', {
        ...favorite,
        version: 0,
        createdAt: scenarioNow,
        updatedAt: scenarioNow,
      }))

  test('favors it again, under the same id', () =>
    given({ post, favorite: { ...favorite, deleted: true } }, stranger)
      .when(input)
      .thenAccepted('inkstream.favorite.created.v1', { ...favorite, createdAt: scenarioNow, updatedAt: scenarioNow }))

  test('changes nothing when it is already a favorite', () =>
    given({ post, favorite }, stranger).when(input).thenUnchanged(favorite))

  test("favors the caller's own draft", () =>
    given({ post: draft, favorite: undefined }, author)
      .when(input)
      .thenAccepted('inkstream.favorite.created.v1', { userId: author.userId }))

  test('is accepted for a hidden post from its author and moderators', () => {
    for (const caller of [author, moderator])
      given({ post: hidden, favorite: undefined }, caller)
        .when(input)
        .thenAccepted('inkstream.favorite.created.v1', { userId: caller.userId })
  })

  test.each([
    ['a post that is not there', undefined],
    ['a deleted post', deleted],
    ["another's draft", draft],
    ["another's hidden post", hidden],
  ])('is rejected for %s', (_, post) =>
    given({ post, favorite: undefined }, stranger).when(input).thenRejected('POST_NOT_FOUND', 'id'),
  )

  test('is rejected when nobody is signed in', () =>
    given({ post, favorite: undefined }).when(input).thenRejected('UNAUTHENTICATED'))

  test.each([
    ['id', 'x'],
    ['idempotencyKey', 'short'],
  ])('refuses %s %j', (field, value) =>
    given({ post, favorite: undefined }, stranger)
      .when({ ...input, [field]: value })
      .thenInvalid(field),
  )
})
