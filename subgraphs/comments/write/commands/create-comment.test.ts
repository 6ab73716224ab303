import { describe, test } from 'vitest'
import { scenario, scenarioId, scenarioNow } from '#cqrs/testing/scenario.ts'
import { createComment } from './create-comment.ts'

const post = { id: '01890000-0000-7000-8000-00000000000b', deleted: false }
const input = { postId: post.id, authorId: '01890000-0000-7000-8000-00000000000a', body: 'Well said.' }
const given = scenario(createComment).given

describe('createComment', () => {
  test('adds a comment to a post', () =>
    given(post)
      .when(input)
      .thenAccepted('inkstream.comment.created.v1', { ...input, id: scenarioId, version: 0, createdAt: scenarioNow }))

  test('is rejected for a post that nobody has heard of', () =>
    given(undefined).when(input).thenRejected('POST_NOT_FOUND', 'postId'))

  test('is rejected for a deleted post', () =>
    given({ ...post, deleted: true })
      .when(input)
      .thenRejected('POST_NOT_FOUND', 'postId'))

  test.each([
    ['postId', '12'],
    ['authorId', ''],
    ['body', '\n'],
    ['body', 'x'.repeat(10_001)],
    ['body', '\0'],
  ])('refuses %s %j', (field, value) =>
    given(post)
      .when({ ...input, [field]: value })
      .thenInvalid(field),
  )
})
