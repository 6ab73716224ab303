import { describe, expect, test } from 'vitest'
import { scenario, scenarioId, scenarioNow } from '#cqrs/testing/scenario.ts'
import { author } from '../post.fixture.ts'
import { createPost } from './create-post.ts'

const input = { title: 'On Ink', body: 'It dries.' }
const given = scenario(createPost).given(undefined, author)

describe('createPost', () => {
  test('publishes a post of the caller with a new slug', () =>
    given.when(input).thenAccepted('inkstream.post.created.v1', {
      ...input,
      id: scenarioId,
      version: 0,
      authorId: author.userId,
      slug: 'on-ink-00000001',
      tags: [],
      draft: false,
      publishedAt: scenarioNow,
      formerSlugs: [],
      createdAt: scenarioNow,
      updatedAt: scenarioNow,
      deleted: false,
    }))

  test('creates a draft', () =>
    given
      .when({ ...input, status: 'DRAFT' })
      .thenAccepted('inkstream.post.created.v1', { draft: true, publishedAt: null, createdAt: scenarioNow }))

  test('stores tags in lower case, each once', () =>
    given
      .when({ ...input, tags: ['Ink', ' fountain  PENS ', 'ink', '墨水'] })
      .thenAccepted('inkstream.post.created.v1', { tags: ['ink', 'fountain pens', '墨水'] }))

  test('accepts ten tags, not counting duplicates', () => {
    const ten = Array.from({ length: 10 }, (_, n) => `tag ${n}`)
    given.when({ ...input, tags: [...ten, ...ten] }).thenAccepted('inkstream.post.created.v1', { tags: ten })
  })

  test('is rejected when nobody is signed in', () =>
    scenario(createPost).given(undefined).when(input).thenRejected('UNAUTHENTICATED'))

  test.each([
    ['title', '  '],
    ['title', 'x'.repeat(201)],
    ['title', 'a\0b'],
    ['body', ''],
    ['body', 'x'.repeat(100_001)],
    ['body', 'a\udfffb'],
    ['status', 'PRIVATE'],
    ['tags', Array.from({ length: 11 }, (_, n) => `tag ${n}`)],
    ['idempotencyKey', 'short'],
  ])('refuses %s %j', (field, value) => given.when({ ...input, [field]: value }).thenInvalid(field))

  test.each(['', ' ', 'x'.repeat(31), 'a\0b', '\ud800'])('refuses the tag %j', (tag) =>
    given.when({ ...input, tags: ['ink', tag] }).thenInvalid('tags', '1'),
  )

  test('reports a title that the author already uses by its code', () =>
    expect(createPost.taken).toEqual({
      posts_authorId_titleKey_key: { rejected: 'POST_TITLE_TAKEN', path: ['title'] },
    }))
})
