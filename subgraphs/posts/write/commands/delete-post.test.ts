import { describe, test } from 'vitest'
import { scenario } from '#cqrs/testing/scenario.ts'
import { post } from '../post.fixture.ts'
import { deletePost } from './delete-post.ts'

const given = scenario(deletePost).given

describe('deletePost', () => {
  test('leaves nothing of what the post said', () =>
    given(post).when({ id: post.id }).thenAccepted('inkstream.post.deleted.v1', {
      id: post.id,
      version: 3,
      deleted: true,
      title: '',
      slug: '',
      body: '',
    }))

  test('is rejected for a post that is not there', () =>
    given(undefined).when({ id: post.id }).thenRejected('POST_NOT_FOUND', 'id'))

  test('is rejected for a post that is deleted', () =>
    given({ ...post, deleted: true })
      .when({ id: post.id })
      .thenRejected('POST_NOT_FOUND', 'id'))

  test('refuses a malformed id', () => given(post).when({ id: '1' }).thenInvalid('id'))
})
