import { describe, test } from 'vitest'
import { scenario, scenarioNow } from '#cqrs/testing/scenario.ts'
import { author, deleted, draft, hidden, moderator, post, stranger } from '../post.fixture.ts'
import { hidePost } from './hide-post.ts'

const given = scenario(hidePost).given
const input = { id: post.id, reason: 'Copied.' }

describe('hidePost', () => {
  test('hides a post and records why, and changes nothing else', () =>
    given(post, moderator)
      .when(input)
      .thenAccepted('inkstream.post.hidden.v1', { ...hidden, updatedAt: scenarioNow }))

  test("hides a moderator's own post", () =>
    given({ ...post, authorId: moderator.userId }, moderator)
      .when(input)
      .thenAccepted('inkstream.post.hidden.v1', { hidden: true }))

  test('records another reason for a hidden post', () =>
    given(hidden, moderator)
      .when({ ...input, reason: 'Worse.' })
      .thenAccepted('inkstream.post.hidden.v1', { hidden: true, hiddenReason: 'Worse.' }))

  test('changes nothing when it is already hidden for that reason', () =>
    given(hidden, moderator).when(input).thenUnchanged(hidden))

  test.each([
    ['a post that is not there', undefined],
    ['a deleted post', deleted],
    ["another's draft", draft],
  ])('is rejected for %s', (_, current) => given(current, moderator).when(input).thenRejected('POST_NOT_FOUND', 'id'))

  test('is rejected for everybody but moderators, who see the post', () => {
    for (const current of [post, hidden]) given(current, author).when(input).thenRejected('FORBIDDEN')
    given(post, stranger).when(input).thenRejected('FORBIDDEN')
    given(hidden, stranger).when(input).thenRejected('POST_NOT_FOUND', 'id')
  })

  test("is rejected for a moderator's own draft: nobody else sees it anyway", () =>
    given({ ...draft, authorId: moderator.userId }, moderator)
      .when(input)
      .thenRejected('FORBIDDEN'))

  test('is rejected when nobody is signed in', () => given(post).when(input).thenRejected('UNAUTHENTICATED'))

  test.each([
    ['id', 'x'],
    ['reason', ' '],
    ['reason', 'x'.repeat(501)],
    ['expectedVersion', 0],
    ['idempotencyKey', 'short'],
  ])('refuses %s %j', (field, value) =>
    given(post, moderator)
      .when({ ...input, [field]: value })
      .thenInvalid(field),
  )
})
