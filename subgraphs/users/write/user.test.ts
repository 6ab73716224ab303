import fc from 'fast-check'
import { test } from 'vitest'
import { any, assertRoundTrip } from '#cqrs/testing/states.ts'
import { user } from './user.ts'

test('a user is unchanged after encoding to the log format and back', () =>
  assertRoundTrip(
    user,
    fc.record({
      id: any.id,
      version: any.version,
      username: any.text,
      fullName: any.text,
      bio: any.text,
      avatarUrl: any.text,
      createdAt: any.time,
      updatedAt: any.time,
      deleted: any.flag,
    }),
  ))
