import { dictionary } from '@zxcvbn-ts/language-common'

/**
 * Whether a password is among the first that somebody would try. What is tried is looked up, and not how strong a
 * password is: estimators such as zxcvbn take up to a second of the one thread for 200 characters.
 */

const common = new Set<string>(dictionary['passwords-common'])

/** Rows of keys, as on the keyboards that are most common. */
const rows = ['qwertyuiopasdfghjklzxcvbnm', 'qwertzuiopasdfghjklyxcvbnm', 'azertyuiopqsdfghjklmwxcvbn']
const keyboards = rows.flatMap((row) => [row, reversed(row)])

/** Signs that stand for letters; `1` and `!` for one of two. */
const signs: Readonly<Record<string, string>> = { '4': 'a', '@': 'a', '3': 'e', '0': 'o', '5': 's', $: 's', '7': 't' }
const written = (text: string, one: 'i' | 'l') =>
  text.replaceAll(/[4@305$7]/g, (sign) => signs[sign] ?? sign).replaceAll(/[1!|]/g, one)

/** What may be added to a word, or to a name, without making a password of it: digits and signs, as many as in a date. */
const ADDED = 6

/** What one would try first on this site. */
const siteNames = ['Inkstream']

/** What is shorter stands in words by chance. */
const SHORTEST = 4

/**
 * @param names of the account: username, full name, e-mail address
 * @returns why, as the end of a sentence about the password; undefined when it is none of the first
 */
export function guessable(password: string, names: readonly string[]): string | undefined {
  const lower = password.toLowerCase()
  if (forms(lower).some(isCommon)) return 'is one of the first that others would try: choose another'
  if (isMadeOf(lower, names)) return 'must not be made of your name, username or e-mail address'
  if (isMadeOf(lower, [...siteNames, ...names])) return 'must not be made of the name of this site'
  return undefined
}

/** The text as it is, without what was added to it, without signs between, and with letters for the signs of them. */
function forms(lower: string): readonly string[] {
  const core = lower.replace(/^[^\p{L}]+/u, '').replace(/[^\p{L}]+$/u, '')
  const left = core && lower.length - core.length <= ADDED ? [lower, core] : [lower]
  const plain = [...left, ...left.map(squeezed)]
  return [...plain, ...plain.flatMap((text) => [written(text, 'i'), written(text, 'l')])]
}

function isCommon(text: string): boolean {
  const unit = unitOf(text)
  return (
    [text, unit, reversed(text)].some((one) => common.has(one)) ||
    (text.length >= SHORTEST && runs(unit) <= 2) ||
    (text.length >= SHORTEST && keyboards.some((row) => row.includes(text)))
  )
}

/** Whether little, or what is tried first, is left of a password without the names in it, in any case and direction. */
function isMadeOf(lower: string, names: readonly string[]): boolean {
  const words = names
    .flatMap(wordsOf)
    .filter((word) => word.length >= SHORTEST)
    .toSorted((a, b) => b.length - a.length)
  return [lower, written(lower, 'i'), written(lower, 'l')].map(squeezed).some((text) => {
    const left = words.reduce((rest, word) => rest.replaceAll(word, '').replaceAll(reversed(word), ''), text)
    return left.length < text.length && (left.length <= ADDED || forms(left).some(isCommon))
  })
}

/** A name as a whole, and its words: of an e-mail address those before the `@`. */
function wordsOf(name: string): readonly string[] {
  const lower = name.toLowerCase().normalize('NFKC')
  return [squeezed(lower), ...(lower.split('@')[0] ?? '').split(/[^\p{L}\p{M}\p{N}]+/u)]
}

/** Letters and digits alone. */
const squeezed = (text: string): string => text.replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, '')

function reversed(text: string): string {
  return [...text].toReversed().join('')
}

/** What a text repeats: `pass` of `passpass`. The text itself when it repeats nothing. */
function unitOf(text: string): string {
  const length = (text + text).indexOf(text, 1)
  return text.slice(0, length)
}

/** How many pieces of neighbours or equal characters a text has: one of `abcdefgh`, two of `11118765`. */
function runs(text: string): number {
  const codes = [...text].map((character) => character.codePointAt(0) ?? 0)
  let count = 1
  let step: number | undefined
  for (let at = 1; at < codes.length; at++) {
    const next = (codes[at] ?? 0) - (codes[at - 1] ?? 0)
    if (Math.abs(next) <= 1 && (step === undefined || step === next)) step = next
    else {
      count++
      step = undefined
    }
  }
  return count
}
