import { expect } from 'vitest'

const SIZE = 100_000

const of = (part: string, first = '') => `${first}${part.repeat(SIZE / part.length)}`.slice(0, SIZE).toWellFormed()

/** Texts of 100,000 characters that take a careless parser of Markdown quadratic time or more. */
export const hostileBodies: readonly (readonly [name: string, body: string])[] = [
  ['brackets', of('[')],
  ['images', of('![')],
  ['brackets that open links', of('[a](')],
  ['addresses without an end', of('[a](<b')],
  ['addresses that close brackets', of('](')],
  ['emphasis of every kind', of('**_')],
  ['emphasis that may not close', of('*a_ ')],
  ['underscores', of('_a')],
  ['struck text', of('~~a')],
  ['backticks', of('` ')],
  ['backslashes', of('\\')],
  ['entities', of('&')],
  ['tags', of('<a ')],
  ['comments', of('<!--')],
  ['quotes', of('>')],
  ['lists in lists', of('- > ')],
  ['list items', of('- a\n')],
  ['cells', of('|-')],
  ['rows', of('c|d\n', 'a|b\n-|-\n')],
  ['references', of('[a]: b\n')],
  ['fences', of('~~~\n')],
  ['lines', of('a\n')],
  ['empty lines', of('\n')],
  ['spaces', of(' ')],
  ['marks on one letter', of('\u0301')],
  ['letters', of('a')],
  ['punctuation', of('.')],
  ['Chinese', of('墨水乾了')],
  ['Thai', of('หมึกแห้งช้า')],
  ['emoji of many parts', of('👨‍👩‍👧')],
  ['addresses', of('https://')],
  ['nested brackets', '['.repeat(SIZE / 2) + ']'.repeat(SIZE / 2)],
  ['runs of backticks', Array.from({ length: 446 }, (_, n) => '`'.repeat(n + 1)).join(' ')],
  ['emphasis in pairs', `${'a**'.repeat(SIZE / 6)}b${'**c'.repeat(SIZE / 6)}`],
  ['an image as an address', `![a](data:image/png;base64,${'iVBOR/w0KGgo+AAA'.repeat(SIZE / 16 - 2)})`],
]

/** One of some runs must take less than 100 ms of this thread's processor: other processes may slow it down. */
export function expectQuick(run: () => unknown): void {
  let shortest = Number.POSITIVE_INFINITY
  for (let n = 0; n < 5 && shortest >= 100; n++) {
    const began = process.threadCpuUsage()
    run()
    const { user, system } = process.threadCpuUsage(began)
    shortest = Math.min(shortest, (user + system) / 1_000)
  }
  expect(shortest).toBeLessThan(100)
}
