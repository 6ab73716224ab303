import { describe, test } from 'vitest'
import { scenario, scenarioId, scenarioNow } from '#cqrs/testing/scenario.ts'
import { ada, bea, comment, draft, hiddenPost, moderator, post } from '../comment.fixture.ts'
import { createComment } from './create-comment.ts'

const input = { postId: comment.postId, body: 'So it is.' }
const answer = { ...input, parentId: comment.id }
const given = scenario(createComment).given
const ids = (length: number) => Array.from({ length }, (_, n) => `01890000-0000-7000-8000-0000000001${n}0`)

describe('createComment', () => {
  test('adds a comment of the caller to a post', () =>
    given({ post, parent: undefined }, ada)
      .when(input)
      .thenAccepted('inkstream.comment.created.v1', {
        ...input,
        id: scenarioId,
        version: 0,
        authorId: ada.userId,
        ancestorIds: [],
        hidden: false,
        hiddenReason: '',
        createdAt: scenarioNow,
        updatedAt: scenarioNow,
        deleted: false,
      }))

  test('replies to a comment, hidden or not', () => {
    for (const hidden of [false, true])
      given({ post, parent: { ...comment, hidden, ancestorIds: ids(2) } }, ada)
        .when(answer)
        .thenAccepted('inkstream.comment.created.v1', { ancestorIds: [...ids(2), comment.id] })
  })

  test('lets an author comment on their own draft', () =>
    given({ post: draft, parent: undefined }, bea)
      .when(input)
      .thenAccepted('inkstream.comment.created.v1', { authorId: bea.userId }))

  test('is accepted on a hidden post from its author and moderators, and rejected for others', () => {
    for (const caller of [bea, moderator])
      given({ post: hiddenPost, parent: undefined }, caller)
        .when(input)
        .thenAccepted('inkstream.comment.created.v1', { authorId: caller.userId })
    given({ post: hiddenPost, parent: undefined }, ada).when(input).thenRejected('POST_NOT_FOUND', 'postId')
  })

  test('is rejected when nobody is signed in, whatever was loaded', () => {
    for (const post of [undefined, draft])
      given({ post, parent: undefined }).when(input).thenRejected('UNAUTHENTICATED')
  })

  test.each([
    ['that nobody has heard of', undefined],
    ['that is deleted', { ...post, deleted: true }],
    ['that is a draft of somebody else', draft],
  ])('is rejected for a post %s, also for a moderator', (_, post) => {
    for (const caller of [ada, moderator])
      given({ post, parent: undefined }, caller).when(input).thenRejected('POST_NOT_FOUND', 'postId')
  })

  test.each([
    ['is not there', undefined],
    ['is deleted', { ...comment, deleted: true }],
    ['belongs to another post', { ...comment, postId: '01890000-0000-7000-8000-0000000000e2' }],
  ])('is rejected when its parent %s', (_, parent) =>
    given({ post, parent }, ada).when(answer).thenRejected('PARENT_NOT_FOUND', 'parentId'),
  )

  test('adds the eighth level of a thread, and is rejected for the ninth', () => {
    given({ post, parent: { ...comment, ancestorIds: ids(6) } }, ada)
      .when(answer)
      .thenAccepted('inkstream.comment.created.v1', { ancestorIds: [...ids(6), comment.id] })
    given({ post, parent: { ...comment, ancestorIds: ids(7) } }, ada)
      .when(answer)
      .thenRejected('THREAD_TOO_DEEP', 'parentId')
  })

  test.each([
    ['postId', '12'],
    ['parentId', ''],
    ['body', '\n'],
    ['body', 'x'.repeat(10_001)],
    ['body', '\0'],
    ['idempotencyKey', 'short'],
  ])('refuses %s %j', (field, value) =>
    given({ post, parent: undefined }, ada)
      .when({ ...input, [field]: value })
      .thenInvalid(field),
  )
})
