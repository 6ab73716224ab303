import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { variablesOf } from '#toolkit/process/variables.ts'
import { catalogue } from './catalogue.ts'
import { page } from './page.ts'
import { rowsOf } from './rows.ts'

const root = resolve(import.meta.dirname, '..', '..')
const made = page()

test('docs/configuration.md matches the schemas', () =>
  expect(readFileSync(join(root, 'docs', 'configuration.md'), 'utf8')).toBe(made))

describe.each(
  catalogue.flatMap(({ title, readers }) => [...readers].map(([name, schema]) => ({ title, name, schema }))),
)('$name', ({ title, schema }) => {
  test.each(variablesOf(schema))(
    '$name has a row with its possible values and its meaning',
    ({ name, value, meaning }) => {
      const [, section = ''] = made.split(`\n## ${title}\n`)
      const [rows = ''] = section.split('\n## ')
      expect(rows).toContain(`\n| \`${name}\` |`)
      expect(value).toMatch(/\S/)
      expect(meaning).toMatch(/\S/)
    },
  )
})

test('readers that describe a variable alike share its row, and others have their own', () => {
  const count = (standard: number) => z.coerce.number().int().min(1).default(standard)
  const rows = rowsOf(
    new Map([
      ['a', z.object({ SIZE: count(1).describe('how large') })],
      ['b', z.object({ SIZE: count(2).describe('how large') })],
      ['c', z.object({ SIZE: count(2).describe('how wide') })],
    ]),
  )
  expect(rows.map(({ meaning, standards }) => [meaning, ...standards])).toEqual([
    ['how large', ['a', '1'], ['b', '2']],
    ['how wide', ['c', '2']],
  ])
})
