import { describe, test } from 'vitest'
import { scenario, scenarioNow } from '#cqrs/testing/scenario.ts'
import { ada, bea, comment, draft, moderator, post } from '../comment.fixture.ts'
import { unhideComment } from './unhide-comment.ts'

const input = { id: comment.id }
const hidden = { ...comment, hidden: true, hiddenReason: 'spam' }
const given = scenario(unhideComment).given

describe('unhideComment', () => {
  test('shows the text again, and forgets the reason', () =>
    given({ comment: hidden, post }, moderator)
      .when(input)
      .thenAccepted('inkstream.comment.unhidden.v1', { ...comment, updatedAt: scenarioNow }))

  test('changes nothing when it is not hidden', () =>
    given({ comment, post }, moderator).when(input).thenUnchanged(comment))

  test('is rejected when nobody is signed in', () =>
    given({ comment: hidden, post }).when(input).thenRejected('UNAUTHENTICATED'))

  test('is rejected for everybody but moderators, including the author', () => {
    for (const caller of [ada, bea]) given({ comment: hidden, post }, caller).when(input).thenRejected('FORBIDDEN')
  })

  test.each([
    ['that is not there', { comment: undefined, post: undefined }],
    ['that is deleted', { comment: { ...comment, deleted: true }, post }],
    ['on a post that nobody has heard of', { comment: hidden, post: undefined }],
    ['on a deleted post', { comment: hidden, post: { ...post, deleted: true } }],
    ['on a draft of somebody else', { comment: hidden, post: draft }],
  ])('is rejected for a comment %s', (_, loaded) =>
    given(loaded, moderator).when(input).thenRejected('COMMENT_NOT_FOUND', 'id'),
  )

  test.each([
    ['id', 'c1'],
    ['idempotencyKey', ''],
  ])('refuses %s %j', (field, value) =>
    given({ comment: hidden, post }, moderator)
      .when({ ...input, [field]: value })
      .thenInvalid(field),
  )
})
