import { expect, test } from 'vitest'
import { favoriteId } from './favorite-id.ts'

const user = '01890000-0000-7000-8000-00000000000a'
const post = '01890000-0000-7000-8000-00000000000b'

test('is the id that the log has for this pair, so it must never change', () =>
  expect(favoriteId(user, post)).toBe('23753abc-c05f-552e-b3ea-5416c50d9afa'))

test('is different for the reversed pair', () => expect(favoriteId(post, user)).not.toBe(favoriteId(user, post)))
