import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromBytes, toBytes } from './token-bytes.ts'

const now = 1_800_000_000
const entry = ['blog.posts.v1', '0190c2f1-aaaa-7bbb-8ccc-000000000001', 300] as const
const bytes = toBytes({ entries: [{ entry, at: now - 7 }], incompleteUntil: now + 200 }, now)

test('it is compact', () => {
  expect(bytes.toString('hex')).toBe(
    `01${now.toString(16)}c801010d${Buffer.from('blog.posts.v1').toString('hex')}01000190c2f1aaaa7bbb8ccc000000000001ac0207`,
  )
})

test('another format, fewer bytes and more bytes are not read', () => {
  expect(() => fromBytes(Buffer.from([2, ...bytes.subarray(1)]), now)).toThrow('another format')
  for (let length = 0; length < bytes.length; length++)
    expect(() => fromBytes(bytes.subarray(0, length), now)).toThrow('too short')
  expect(() => fromBytes(Buffer.concat([bytes, Buffer.of(0)]), now)).toThrow('too long')
})

test('whatever the bytes are, they are read or refused within their length', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (any) => {
      try {
        const content = fromBytes(Buffer.from([1, ...any]), 0)
        expect(content?.entries.length).toBeLessThanOrEqual(any.length)
      } catch (error) {
        expect(error).toBeInstanceOf(Error)
        expect((error as Error).message).toMatch(
          /^(the token is too (short|long)|a number is too large|a topic is missing)$/,
        )
      }
    }),
  )
})
