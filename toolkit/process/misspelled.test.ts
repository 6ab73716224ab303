import { expect, test } from 'vitest'
import { isOneEditApart, misspelled } from './misspelled.ts'

const known = ['LOG_LEVEL', 'MAX_COST', 'HOST', 'USERS_PORT']

test.each([
  ['a letter is missing', 'MAX_COS', 'MAX_COST'],
  ['a letter is too much', 'MAXX_COST', 'MAX_COST'],
  ['a letter is another', 'MAX-COST', 'MAX_COST'],
  ['two letters are swapped', 'LOG_LEVLE', 'LOG_LEVEL'],
  ['it is in lower case', 'max_cost', 'MAX_COST'],
  ['it has the prefix of others', 'INKSTREAM_LOG_LEVEL', 'LOG_LEVEL'],
  ['one that all know is misspelled', 'INKSTREAM_SECRT', 'INKSTREAM_SECRET'],
])('when %s, the intended name is reported', (_, given, meant) =>
  expect(misspelled({ [given]: 'x' }, known)).toEqual([`${given} is set, and nothing reads it. Is ${meant} meant?`]),
)

test('a name of this project that resembles no other is reported', () =>
  expect(misspelled({ INKSTREAM_COLOUR: 'blue' }, known)).toEqual([
    'INKSTREAM_COLOUR is set, and nothing reads it. See docs/configuration.md.',
  ]))

test.each([
  ['that is read', { LOG_LEVEL: 'info', HOST: '::' }],
  ['that is read by another process', { INKSTREAM_DIR: '/data', INKSTREAM_SECRET: 'x' }],
  ['two edits away', { MAX_LOST_: 'x', MAXCOSTS: 'x' }],
  ['near a short name', { POST: 'x', HOSTS: 'x', GHOST: 'x' }],
  ['that is empty', { MAX_COS: '', INKSTREAM_COLOUR: '' }],
  ['that Kubernetes sets for a Service', { USER_PORT: 'tcp://10.0.0.1:80' }],
])('nothing is reported for a variable %s', (_, env) => expect(misspelled(env, known)).toEqual([]))

test.each([
  ['abcd', 'abcd', true],
  ['abcd', 'abdc', true],
  ['abcd', 'bacd', true],
  ['abcd', 'badc', false],
  ['abcd', 'abcde', true],
  ['abcd', 'xabcd', true],
  ['abcd', 'acd', true],
  ['abcd', 'ab', false],
  ['abcd', 'axcy', false],
])('%s and %s are one edit apart: %j', (a, b, apart) => {
  expect(isOneEditApart(a, b)).toBe(apart)
  expect(isOneEditApart(b, a)).toBe(apart)
})
