import { describe, expect, test } from 'vitest'
import { guessable } from './guessable.ts'

const names = ['ada_lovelace', 'Ada Lovelace', 'ada.l@example.org']

describe('is one of the first that others would try', () => {
  test.each([
    ...[
      'password',
      'Password1!',
      'P@ssw0rd',
      'p4$$w0rd2024',
      '(password)',
      'passwordpassword',
      'p a s s w o r d',
      'drowssap',
    ],
    ...[
      '12345678',
      '87654321',
      'abcdefgh',
      'abcd1234',
      'aaaaaaaa',
      '11112222',
      '🦉'.repeat(8),
      'abcabcabc',
      '--------',
    ],
    ...[
      'qwertzui',
      'asdfghjkl',
      '1qaz2wsx',
      'iloveyou',
      'letmein1',
      'trustno1',
      'Summer2024',
      'monkey19900101'.slice(0, 12),
    ],
  ])('%j', (password) => expect(guessable(password, names)).toMatch(/first that others would try/))
})

describe('is made of the account’s names', () => {
  test.each([
    'ada_lovelace',
    'Ada Lovelace',
    'LOVELACE-ADA',
    'AdaLovelace1',
    'adalovelace2024!',
    'ecalevol_ada',
    '4d4_l0v3l4c3',
    'ada.l@example.org',
    'lovelacepassword',
  ])('%j', (password) => expect(guessable(password, names)).toMatch(/made of your name/))
})

describe('is made of the site’s name', () => {
  test.each([
    ...['inkstream', 'inkstream1', 'Inkstream2024!', 'ink stream', '1nkstr34m', 'maertskni', 'inkstreaminkstream'],
    ...['inkstream-password', 'inkstreamadmin', 'qwertyinkstream', 'Inkstream Lovelace'],
  ])('%j', (password) => expect(guessable(password, names)).toMatch(/name of this site/))
})

describe('is fine', () => {
  test.each([
    ...[
      'ink that dries',
      'wrong password',
      'one of two',
      'correct horse',
      'ada is fond of ink',
      'comforts',
      'i like tea',
      'inkstream is my second home',
      'lovelace of the engine',
    ],
    ...[
      'x9fK2mQp',
      'aB3$xY7z',
      '829ab317',
      '🦉🎉🫖🦀🌵🐙🍋🎻',
      '密码是一首诗的名字',
      'x'.repeat(100) + 'yzy'.repeat(33),
    ],
  ])('%j', (password) => expect(guessable(password, names)).toBeUndefined())
})

test('is checked quickly, however long the password is', () => {
  const long = ['4@1!'.repeat(50), 'password123'.repeat(18), `${'a'.repeat(199)}b`, 'ﷺ'.repeat(200).normalize('NFKC')]
  const before = process.cpuUsage()
  for (const password of long) guessable(password, ['name '.repeat(20), 'x'.repeat(30), 'a@b'.repeat(80)])
  const { user, system } = process.cpuUsage(before)
  expect((user + system) / 1_000).toBeLessThan(200)
})
