import { describe, expect, test } from 'vitest'
import { boxes, items } from './boxes.fixture.ts'
import { assertLockOrder, fedBy } from './model.ts'

const model = { schema: 'read_1', projections: [items, boxes], tables: ['items', 'boxes', 'shelves'] }

describe('the lock order', () => {
  test.each([
    ['has every table, counters’ behind what they count', model, 'boxes', undefined],
    ['lacks a table that is projected into', { ...model, tables: ['boxes', 'shelves'] }, undefined, 'items is missing'],
    ['lacks a table that is counted in', { ...model, tables: ['items', 'shelves'] }, undefined, 'boxes is missing'],
    [
      'has a counter’s table first',
      { ...model, tables: ['boxes', 'items', 'shelves'] },
      undefined,
      'must come after it',
    ],
    ['lacks a table that is looked up', model, 'others', 'others is missing'],
    ['has a looked-up table that is counted from', model, 'items', 'cannot be looked up'],
  ])('when it %s', (_case, given, lookedUp, problem) => {
    const check = () => assertLockOrder(given, lookedUp)
    if (problem) expect(check).toThrow(problem)
    else check()
  })
})

test('a topic feeds the projections of that topic, by its name with the prefix', () => {
  expect(fedBy(model, 'eu.boxes.v1', 'eu.').projections).toEqual([boxes])
  expect(fedBy(model, 'boxes.v1', 'eu.').projections).toEqual([])
})
