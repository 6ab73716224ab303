import { describe, test } from 'vitest'
import { scenario, scenarioNow } from '#cqrs/testing/scenario.ts'
import { ada, bea, comment, draft, hiddenPost, moderator, post } from '../comment.fixture.ts'
import { hideComment } from './hide-comment.ts'

const input = { id: comment.id, reason: 'spam' }
const hidden = { ...comment, hidden: true, hiddenReason: 'spam' }
const given = scenario(hideComment).given

describe('hideComment', () => {
  test('hides a comment and records why; its text stays in the write database', () =>
    given({ comment, post }, moderator)
      .when(input)
      .thenAccepted('inkstream.comment.hidden.v1', { ...hidden, updatedAt: scenarioNow }))

  test('records another reason for a hidden comment', () =>
    given({ comment: hidden, post }, moderator)
      .when({ ...input, reason: 'worse' })
      .thenAccepted('inkstream.comment.hidden.v1', { hidden: true, hiddenReason: 'worse' }))

  test('changes nothing when it is already hidden for that reason', () =>
    given({ comment: hidden, post }, moderator).when(input).thenUnchanged(hidden))

  test('hides a comment on a hidden post', () =>
    given({ comment, post: hiddenPost }, moderator)
      .when(input)
      .thenAccepted('inkstream.comment.hidden.v1', { hidden: true }))

  test('is rejected when nobody is signed in', () =>
    given({ comment, post }).when(input).thenRejected('UNAUTHENTICATED'))

  test('is rejected for everybody but moderators, including the author', () => {
    for (const caller of [ada, bea]) given({ comment, post }, caller).when(input).thenRejected('FORBIDDEN')
  })

  test.each([
    ['that is not there', { comment: undefined, post: undefined }],
    ['that is deleted', { comment: { ...comment, deleted: true }, post }],
    ['on a post that nobody has heard of', { comment, post: undefined }],
    ['on a deleted post', { comment, post: { ...post, deleted: true } }],
    ['on a draft of somebody else', { comment, post: draft }],
  ])('is rejected for a comment %s', (_, loaded) =>
    given(loaded, moderator).when(input).thenRejected('COMMENT_NOT_FOUND', 'id'),
  )

  test.each([
    ['id', 'c1'],
    ['reason', ' '],
    ['reason', 'x'.repeat(501)],
    ['idempotencyKey', ''],
  ])('refuses %s %j', (field, value) =>
    given({ comment, post }, moderator)
      .when({ ...input, [field]: value })
      .thenInvalid(field),
  )
})
