import fc from 'fast-check'
import { test } from 'vitest'
import { any, assertRoundTrip } from '#cqrs/testing/states.ts'
import { favorite } from './favorite.ts'

test('a favorite is unchanged after encoding to the log format and back', () =>
  assertRoundTrip(
    favorite,
    fc.record({
      id: any.id,
      version: any.version,
      userId: any.id,
      postId: any.id,
      createdAt: any.time,
      updatedAt: any.time,
      deleted: any.flag,
    }),
  ))
