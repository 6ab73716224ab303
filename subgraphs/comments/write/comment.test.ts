import fc from 'fast-check'
import { test } from 'vitest'
import { any, assertRoundTrip } from '#cqrs/testing/states.ts'
import { comment } from './comment.ts'

test('a comment is unchanged after encoding to the log format and back', () =>
  assertRoundTrip(
    comment,
    fc.record({
      id: any.id,
      version: any.version,
      postId: any.id,
      authorId: any.id,
      body: any.text,
      ancestorIds: fc.array(any.id, { maxLength: 7 }),
      hidden: any.flag,
      hiddenReason: any.text,
      createdAt: any.time,
      updatedAt: any.time,
      deleted: any.flag,
    }),
  ))
