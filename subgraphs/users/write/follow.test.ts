import fc from 'fast-check'
import { test } from 'vitest'
import { any, assertRoundTrip } from '#cqrs/testing/states.ts'
import { follow } from './follow.ts'

test('a follow is unchanged after encoding to the log format and back', () =>
  assertRoundTrip(
    follow,
    fc.record({
      id: any.id,
      version: any.version,
      followerId: any.id,
      followeeId: any.id,
      createdAt: any.time,
      updatedAt: any.time,
      deleted: any.flag,
    }),
  ))
