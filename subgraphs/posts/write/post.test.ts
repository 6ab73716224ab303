import { create } from '@bufbuild/protobuf'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PostSchema } from '#contracts/events/gen/posts_pb.ts'
import { topics } from '#contracts/topics.ts'
import { any, assertRoundTrip } from '#cqrs/testing/states.ts'
import { post as somePost } from './post.fixture.ts'
import { post } from './post.ts'

const rest = {
  id: any.id,
  version: any.version,
  authorId: any.id,
  title: any.text,
  slug: any.text,
  body: any.text,
  tags: fc.array(any.text, { maxLength: 10 }),
  formerSlugs: fc.array(any.text, { maxLength: 5 }),
  hidden: any.flag,
  hiddenReason: any.text,
  createdAt: any.time,
  updatedAt: any.time,
  deleted: any.flag,
}

test('a post, published or a draft, is unchanged after encoding to the log format and back', () =>
  assertRoundTrip(
    post,
    fc.oneof(
      fc.record({ ...rest, draft: fc.constant(false), publishedAt: any.time }),
      fc.record({ ...rest, draft: fc.constant(true), publishedAt: fc.constant(null) }),
    ),
  ))

test('a post older than drafts was published when it was created', () => {
  const { id, authorId, title, slug, body, createdAt } = somePost
  const [made, changed] = [timestampFromDate(createdAt), timestampFromDate(new Date('2026-02-02'))]
  const old = create(PostSchema, { id, authorId, title, slug, body, createdAt: made, updatedAt: changed })
  expect(post.decode(topics.posts.encode(old), 3)).toMatchObject({
    draft: false,
    publishedAt: createdAt,
    hidden: false,
    hiddenReason: '',
  })
})
