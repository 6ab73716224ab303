import { describe, test } from 'vitest'
import { scenario, scenarioNow } from '#cqrs/testing/scenario.ts'
import { ada, bea, comment, draft, hiddenPost, moderator, post } from '../comment.fixture.ts'
import { editComment } from './edit-comment.ts'

const input = { id: comment.id, body: 'Better said.' }
const given = scenario(editComment).given

describe('editComment', () => {
  test('changes the text, and nothing else', () =>
    given({ comment, post }, ada)
      .when(input)
      .thenAccepted('inkstream.comment.edited.v1', { ...comment, body: 'Better said.', updatedAt: scenarioNow }))

  test('writes nothing when the comment already has this text', () =>
    given({ comment, post }, ada).when({ id: comment.id, body: comment.body }).thenUnchanged(comment))

  test('is rejected when nobody is signed in', () =>
    given({ comment, post }).when(input).thenRejected('UNAUTHENTICATED'))

  test('is rejected for everybody but its author, including moderators', () => {
    for (const caller of [bea, moderator]) given({ comment, post }, caller).when(input).thenRejected('FORBIDDEN')
  })

  test('is rejected while the comment is hidden', () =>
    given({ comment: { ...comment, hidden: true, hiddenReason: 'spam' }, post }, ada)
      .when(input)
      .thenRejected('FORBIDDEN'))

  test.each([
    ['that is not there', { comment: undefined, post: undefined }],
    ['that is deleted', { comment: { ...comment, deleted: true }, post }],
    ['on a post that nobody has heard of', { comment, post: undefined }],
    ['on a deleted post', { comment, post: { ...post, deleted: true } }],
    ['on a draft of somebody else', { comment, post: draft }],
    ['on a hidden post of somebody else', { comment, post: hiddenPost }],
  ])('is rejected for a comment %s', (_, loaded) =>
    given(loaded, ada).when(input).thenRejected('COMMENT_NOT_FOUND', 'id'),
  )

  test.each([
    ['id', 'c1'],
    ['body', ' '],
    ['body', '字'.repeat(10_001)],
    ['expectedVersion', 0],
    ['idempotencyKey', 'k'.repeat(129)],
  ])('refuses %s %j', (field, value) =>
    given({ comment, post }, ada)
      .when({ ...input, [field]: value })
      .thenInvalid(field),
  )
})
