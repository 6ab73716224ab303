import { describe, expect, test } from 'vitest'
import { scenario, scenarioNow } from '#cqrs/testing/scenario.ts'
import { post } from '../post.fixture.ts'
import { updatePost } from './update-post.ts'

const given = scenario(updatePost).given

describe('updatePost', () => {
  test('changes what is given and keeps the rest', () =>
    given(post)
      .when({ id: post.id, body: 'New.' })
      .thenAccepted('inkstream.post.updated.v1', { ...post, body: 'New.', updatedAt: scenarioNow }))

  test('gives a renamed post a new slug', () =>
    given(post)
      .when({ id: post.id, title: 'On Paper' })
      .thenAccepted('inkstream.post.updated.v1', { title: 'On Paper', slug: 'on-paper-0000000b', body: post.body }))

  test('is rejected for a post that is not there', () =>
    given(undefined).when({ id: post.id, title: 'On Paper' }).thenRejected('POST_NOT_FOUND', 'id'))

  test('is rejected for a deleted post', () =>
    given({ ...post, deleted: true })
      .when({ id: post.id, title: 'On Paper' })
      .thenRejected('POST_NOT_FOUND', 'id'))

  test.each([
    ['id', 'x'],
    ['title', ''],
    ['body', ''],
    ['expectedVersion', 0],
    ['expectedVersion', 1.5],
  ])('refuses %s %j', (field, value) =>
    given(post)
      .when({ id: post.id, [field]: value })
      .thenInvalid(field),
  )

  test('says that the author has the title by a code', () =>
    expect(updatePost.taken).toEqual({
      posts_authorId_titleKey_key: { rejected: 'POST_TITLE_TAKEN', path: ['title'] },
    }))
})
