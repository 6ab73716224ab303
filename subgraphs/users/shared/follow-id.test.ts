import { expect, test } from 'vitest'
import { followId } from './follow-id.ts'

const follower = '01890000-0000-7000-8000-00000000000a'
const followee = '01890000-0000-7000-8000-00000000000b'

test('is the id that the log has for this pair, so it must never change', () =>
  expect(followId(follower, followee)).toBe('3cc5355a-624b-5731-9768-59e54e33c8ab'))

test('is different for the reversed pair', () =>
  expect(followId(followee, follower)).not.toBe(followId(follower, followee)))
