import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { rejectionsOf } from '#cqrs/command/rejections.ts'
import { errorsPage } from './errors-page.ts'

const page = resolve(import.meta.dirname, '..', '..', join('docs', 'errors.md'))

test('docs/errors.md matches the code', () => expect(readFileSync(page, 'utf8')).toBe(errorsPage()))

test('a code that two services explain differently has two rows, and a shared explanation has one', () => {
  const rows = (code: string) => errorsPage().match(new RegExp(`^\\| \`${code}\` \\| [a-z, ]+ \\|`, 'gm'))
  expect(rows('POST_NOT_FOUND')).toEqual(['| `POST_NOT_FOUND` | posts |', '| `POST_NOT_FOUND` | comments |'])
  expect(rows('UNAUTHENTICATED')).toEqual(['| `UNAUTHENTICATED` | users, posts, comments |'])
})

test('a code has one explanation per service', () => {
  const explained = (meaning: string) => ({ rejections: { GONE: { message: 'It is gone.', meaning, advice: 'goes' } } })
  const one = explained('it is gone')
  expect(rejectionsOf([one, one])).toEqual(one.rejections)
  expect(() => rejectionsOf([one, explained('it was never there')])).toThrow('GONE is explained in two ways')
})
