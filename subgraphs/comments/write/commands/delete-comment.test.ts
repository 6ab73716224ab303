import { describe, test } from 'vitest'
import { scenario, scenarioNow } from '#cqrs/testing/scenario.ts'
import { ada, bea, comment, draft, hiddenPost, moderator, post } from '../comment.fixture.ts'
import { deleteComment } from './delete-comment.ts'

const input = { id: comment.id }
const answer = { ...comment, ancestorIds: ['01890000-0000-7000-8000-0000000000c0'] }
const given = scenario(deleteComment).given

describe('deleteComment', () => {
  test.each([
    ['its author', ada],
    ['a moderator', moderator],
  ])('removes the text and keeps the place, for %s', (_, caller) =>
    given({ comment: { ...answer, hidden: true, hiddenReason: 'spam' }, post }, caller)
      .when(input)
      .thenAccepted('inkstream.comment.deleted.v1', {
        ...answer,
        body: '',
        hidden: false,
        hiddenReason: '',
        updatedAt: scenarioNow,
        deleted: true,
      }),
  )

  test('is rejected when nobody is signed in', () =>
    given({ comment, post }).when(input).thenRejected('UNAUTHENTICATED'))

  test("is rejected for anybody else, including the post's author", () =>
    given({ comment, post }, bea).when(input).thenRejected('FORBIDDEN'))

  test.each([
    ['that is not there', { comment: undefined, post: undefined }],
    ['that is deleted', { comment: { ...comment, deleted: true }, post }],
  ])('is rejected for a comment %s, also for a moderator', (_, loaded) => {
    for (const caller of [ada, moderator]) given(loaded, caller).when(input).thenRejected('COMMENT_NOT_FOUND', 'id')
  })

  test.each([
    ['a post that nobody has heard of', undefined],
    ['a deleted post', { ...post, deleted: true }],
    ['a draft of somebody else', draft],
  ])('on %s is allowed only for its author: nobody else learns that it exists', (_, post) => {
    given({ comment, post }, ada).when(input).thenAccepted('inkstream.comment.deleted.v1', { body: '', deleted: true })
    for (const caller of [{ ...bea, userId: '01890000-0000-7000-8000-0000000000f9' }, moderator])
      given({ comment, post }, caller).when(input).thenRejected('COMMENT_NOT_FOUND', 'id')
  })

  test('on a hidden post is allowed for its author and moderators: nobody else learns that it exists', () => {
    for (const caller of [ada, moderator])
      given({ comment, post: hiddenPost }, caller)
        .when(input)
        .thenAccepted('inkstream.comment.deleted.v1', { body: '', deleted: true })
    given({ comment, post: hiddenPost }, { ...bea, userId: '01890000-0000-7000-8000-0000000000f9' })
      .when(input)
      .thenRejected('COMMENT_NOT_FOUND', 'id')
  })

  test.each([
    ['id', ''],
    ['expectedVersion', 1.5],
    ['idempotencyKey', 'short'],
  ])('refuses %s %j', (field, value) =>
    given({ comment, post }, ada)
      .when({ ...input, [field]: value })
      .thenInvalid(field),
  )
})
