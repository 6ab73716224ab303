import { describe, expect, test } from 'vitest'
import { scenario, scenarioId, scenarioNow } from '#cqrs/testing/scenario.ts'
import { createPost } from './create-post.ts'

const input = { authorId: '01890000-0000-7000-8000-00000000000a', title: 'On Ink', body: 'It dries.' }
const given = scenario(createPost).given(undefined)

describe('createPost', () => {
  test('publishes a post with a slug of its own', () =>
    given.when(input).thenAccepted('inkstream.post.created.v1', {
      ...input,
      id: scenarioId,
      version: 0,
      slug: 'on-ink-00000001',
      createdAt: scenarioNow,
      updatedAt: scenarioNow,
    }))

  test.each([
    ['authorId', 'not-a-uuid'],
    ['title', '  '],
    ['title', 'x'.repeat(201)],
    ['title', 'a\0b'],
    ['body', ''],
    ['body', 'x'.repeat(100_001)],
    ['body', 'a\udfffb'],
    ['idempotencyKey', 'short'],
  ])('refuses %s %j', (field, value) => given.when({ ...input, [field]: value }).thenInvalid(field))

  test('says that the author has the title by a code', () =>
    expect(createPost.taken).toEqual({
      posts_authorId_titleKey_key: { rejected: 'POST_TITLE_TAKEN', path: ['title'] },
    }))
})
