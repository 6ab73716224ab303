import { describe, expect, test } from 'vitest'
import { scenario, scenarioNow } from '#cqrs/testing/scenario.ts'
import { author, deleted, draft, hidden, moderator, post, stranger } from '../post.fixture.ts'
import { updatePost } from './update-post.ts'

const given = scenario(updatePost).given
const renaming = { id: post.id, title: 'On Paper' }

describe('updatePost', () => {
  test('changes the given fields and keeps the others', () =>
    given(post, author)
      .when({ id: post.id, body: 'New.' })
      .thenAccepted('inkstream.post.updated.v1', { ...post, body: 'New.', updatedAt: scenarioNow }))

  test('replaces all old tags by the new ones', () =>
    given(post, author)
      .when({ id: post.id, tags: ['Paper'] })
      .thenAccepted('inkstream.post.updated.v1', { ...post, tags: ['paper'], updatedAt: scenarioNow }))

  test('removes all tags', () =>
    given(post, author).when({ id: post.id, tags: [] }).thenAccepted('inkstream.post.updated.v1', { tags: [] }))

  test.each([
    ['nothing is given', {}],
    ['all that is given is so', { title: post.title, body: ` ${post.body} `, tags: ['Ink'] }],
  ])('leaves the post unchanged when %s', (_, input) =>
    given(post, author)
      .when({ id: post.id, ...input })
      .thenUnchanged(post),
  )

  test('changes the order of tags', () => {
    const tags = ['pens', 'ink']
    given({ ...post, tags: tags.toReversed() }, author)
      .when({ id: post.id, tags })
      .thenAccepted('inkstream.post.updated.v1', { tags })
  })

  test('gives a renamed post a new slug, and keeps the old one', () =>
    given(post, author)
      .when(renaming)
      .thenAccepted('inkstream.post.updated.v1', {
        title: 'On Paper',
        slug: 'on-paper-0000000b',
        formerSlugs: ['on-ink-0000000b'],
        body: post.body,
      }))

  test('lets the author of a hidden post change it, and leaves it hidden', () =>
    given(hidden, author)
      .when(renaming)
      .thenAccepted('inkstream.post.updated.v1', {
        title: 'On Paper',
        formerSlugs: ['on-ink-0000000b'],
        hidden: true,
        hiddenReason: 'Copied.',
      }))

  test('keeps no slug of a draft', () =>
    given(draft, author)
      .when(renaming)
      .thenAccepted('inkstream.post.updated.v1', { slug: 'on-paper-0000000b', formerSlugs: [], draft: true }))

  test.each([
    ['a post that is not there', undefined, author],
    ['a deleted post', deleted, author],
    ["another's draft", draft, stranger],
    ["another's hidden post", hidden, stranger],
    ["another's draft, asked by a moderator", draft, moderator],
  ])('is rejected for %s', (_, current, caller) =>
    given(current, caller).when(renaming).thenRejected('POST_NOT_FOUND', 'id'),
  )

  test.each([
    ['another user', stranger],
    ['a moderator', moderator],
  ])('is rejected for %s', (_, caller) => given(post, caller).when(renaming).thenRejected('FORBIDDEN'))

  test('is rejected for a moderator who sees a hidden post', () =>
    given(hidden, moderator).when(renaming).thenRejected('FORBIDDEN'))

  test('is rejected when nobody is signed in', () => given(post).when(renaming).thenRejected('UNAUTHENTICATED'))

  test.each([
    ['id', 'x'],
    ['title', ''],
    ['body', ''],
    ['tags', Array.from({ length: 11 }, (_, n) => `tag ${n}`)],
    ['expectedVersion', 0],
    ['expectedVersion', 1.5],
  ])('refuses %s %j', (field, value) =>
    given(post, author)
      .when({ id: post.id, [field]: value })
      .thenInvalid(field),
  )

  test('reports a title that the author already uses by its code', () =>
    expect(updatePost.taken).toEqual({
      posts_authorId_titleKey_key: { rejected: 'POST_TITLE_TAKEN', path: ['title'] },
    }))
})
