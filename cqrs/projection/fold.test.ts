import { describe, expect, test, vi } from 'vitest'
import { boxes, boxTopic, id, received } from './boxes.fixture.ts'
import { fold } from './fold.ts'

const box = (offset: number, version: number, n: number) =>
  received(boxTopic, offset, version, { id: id(n), label: `v${version}` })
const projections = [boxes]

describe('fold', () => {
  test('keeps the highest version of each key, wherever it stands', () => {
    const { folded } = fold([box(0, 1, 1), box(1, 3, 1), box(2, 1, 2), box(3, 2, 1)], projections)
    expect(folded).toMatchObject([
      { key: id(1), version: 3, lastVersion: 2, rows: [{ id: id(1), label: 'v3' }], record: { offset: 1n } },
      { key: id(2), version: 1, lastVersion: 1 },
    ])
  })

  test('maps only the states that it keeps', () => {
    const row = vi.spyOn(boxes, 'row')
    fold(
      [...Array(50).keys()].map((n) => box(n, n + 1, 1)),
      projections,
    )
    expect(row).toHaveBeenCalledOnce()
    row.mockRestore()
  })

  test('maps a state for every projection of the topic', () => {
    const labels = { topic: boxTopic, table: 'labels', row: () => ({ id: id(1) }) }
    expect(fold([box(0, 1, 1)], [boxes, labels]).folded[0]?.rows).toHaveLength(2)
  })

  test('uses the next older state when one cannot be read', () => {
    const broken = { ...box(2, 3, 1), value: Buffer.from('{') }
    const { folded, poison } = fold([box(0, 1, 1), box(1, 2, 1), broken], projections)
    expect(folded).toMatchObject([{ version: 2 }])
    expect(poison).toMatchObject([{ record: broken, error: expect.stringContaining('JSON') }])
  })

  test('does not decode a state that a newer one hides', () => {
    const hidden = { ...box(0, 1, 1), value: Buffer.from('{') }
    expect(fold([hidden, box(1, 2, 1)], projections)).toMatchObject({ folded: [{ version: 2 }], poison: [] })
  })
})
