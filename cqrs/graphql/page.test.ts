import fc from 'fast-check'
import { v7 as uuidv7 } from 'uuid'
import { describe, expect, test } from 'vitest'
import { decodeCursor, encodeCursor } from './cursor.ts'
import { keyset, readPage, toConnection } from './page.ts'

const id = '01a20d3f-3b63-74b4-a6c6-f956a17e3369'

describe('a cursor', () => {
  test('leads back to its row', () => {
    fc.assert(
      fc.property(fc.uuid(), (id) => void expect(decodeCursor('posts', encodeCursor('posts', id), 'after')).toBe(id)),
    )
  })

  test('of another list is refused', () => {
    expect(() => decodeCursor('users', encodeCursor('posts', id), 'after')).toThrow('not a cursor of this list')
  })

  test('is refused when any character of it is changed, added or gone', () => {
    const cursor = encodeCursor('posts', id)
    for (let at = 0; at < cursor.length; at++) {
      const other = cursor[at] === 'A' ? 'B' : 'A'
      expect(() => decodeCursor('posts', cursor.slice(0, at) + other + cursor.slice(at + 1), 'after')).toThrow()
      expect(() => decodeCursor('posts', cursor.slice(0, at) + cursor.slice(at + 1), 'after')).toThrow()
    }
    expect(() => decodeCursor('posts', `${cursor}A`, 'after')).toThrow()
    expect(() => decodeCursor('posts', `${cursor}=`, 'after')).toThrow()
  })

  test('is refused when it is rubbish', () => {
    fc.assert(
      fc.property(fc.string(), (rubbish) => void expect(() => decodeCursor('posts', rubbish, 'after')).toThrow()),
    )
  })
})

describe('the arguments of a page', () => {
  test('have a size of 20 unless told', () =>
    expect(readPage('posts', 'desc', {})).toMatchObject({ size: 20, backward: false }))

  test.each([[{ first: -1 }], [{ first: 101 }], [{ last: 101 }], [{ first: 1, last: 1 }]])('are refused: %j', (args) =>
    expect(() => readPage('posts', 'desc', args)).toThrow(),
  )

  test('count explicit nulls as left out', () =>
    expect(readPage('posts', 'desc', { first: null, last: 5, after: null })).toMatchObject({ size: 5, backward: true }))
})

test('pages in either direction visit every row once, whatever the size', async () => {
  const ids = Array.from({ length: 23 }, () => uuidv7()).sort()
  /** What findMany would answer. */
  const find = ({ where, orderBy, take }: ReturnType<typeof keyset>) => {
    const { gt, lt } = where.id as { gt?: string; lt?: string }
    const found = ids.filter((id) => (!gt || id > gt) && (!lt || id < lt)).map((id) => ({ id }))
    return (orderBy.id === 'desc' ? found.toReversed() : found).slice(0, take)
  }
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 25 }),
      fc.constantFrom('asc', 'desc'),
      fc.boolean(),
      async (size, order, backward) => {
        const seen: string[] = []
        for (let cursor: string | null = null; ; ) {
          const args = backward ? { last: size, before: cursor } : { first: size, after: cursor }
          const page = readPage('posts', order, args)
          const { nodes, pageInfo } = toConnection(page, find(keyset(page)), async () => ids.length)
          if (backward) seen.unshift(...nodes.map(({ id }) => id))
          else seen.push(...nodes.map(({ id }) => id))
          if (!(backward ? pageInfo.hasPreviousPage : pageInfo.hasNextPage)) break
          cursor = backward ? pageInfo.startCursor : pageInfo.endCursor
        }
        expect(seen).toEqual(order === 'asc' ? ids : ids.toReversed())
      },
    ),
  )
})
