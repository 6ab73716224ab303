import { describe, expect, test } from 'vitest'
import { topics } from '#contracts/topics.ts'
import { assertLockOrder } from '#cqrs/projection/model.ts'
import { serviceNames, services } from './services.ts'
import { wirings } from './wirings.ts'

/** Rules for the definitions that the compiler cannot check. */
test('every name is lower-case letters, since variables, files and consumer groups are named after it', () => {
  for (const name of serviceNames) expect(name).toMatch(/^[a-z]+$/)
  expect(new Set(serviceNames).size).toBe(serviceNames.length)
})

test('no two roles listen on one port', () => {
  const ports = services.flatMap(({ ports }) => Object.values(ports))
  expect(new Set(ports).size).toBe(ports.length)
})

test('each generation is listed once, the oldest first', () => {
  for (const { generations } of services) {
    const numbers = generations.map((generation) => Number(generation.replace('read_', '')))
    expect(numbers).toEqual([...new Set(numbers)].toSorted((one, other) => one - other))
  }
})

test('one service issues access tokens', () =>
  expect(services.filter(({ issuesTokens }) => issuesTokens)).toHaveLength(1))

describe.each(serviceNames)('%s', (name) => {
  test('locks its tables in an order that prevents deadlocks', () => {
    const { readModel, references } = wirings[name]
    for (const model of [readModel, ...(references ? [references] : [])]) assertLockOrder(model)
  })

  test('writes the topics that it owns, and no others', async () => {
    const listed = Object.values(topics).filter(({ owner }) => owner === name)
    const { owned, close } = wirings[name].writeSide('postgresql://nobody@127.0.0.1:1/none')
    expect(owned.map(({ topic }) => topic.name).sort()).toEqual(listed.map((it) => it.name).sort())
    await close()
  })
})
