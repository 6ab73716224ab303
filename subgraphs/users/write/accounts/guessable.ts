import { dictionary } from '@zxcvbn-ts/language-common'

/**
 * Checks whether a password is among the first that an attacker would try. It looks passwords up and does not estimate
 * strength: estimators such as zxcvbn block the main thread for up to a second on 200 characters.
 */

const common = new Set<string>(dictionary['passwords-common'])

/** Rows of keys on the most common keyboards. */
const rows = ['qwertyuiopasdfghjklzxcvbnm', 'qwertzuiopasdfghjklyxcvbnm', 'azertyuiopqsdfghjklmwxcvbn']
const keyboards = rows.flatMap((row) => [row, reversed(row)])

/** Characters that stand for letters. `1`, `!` and `|` stand for either of two letters: see `written`. */
const signs: Readonly<Record<string, string>> = { '4': 'a', '@': 'a', '3': 'e', '0': 'o', '5': 's', $: 's', '7': 't' }
const written = (text: string, one: 'i' | 'l') =>
  text.replaceAll(/[4@305$7]/g, (sign) => signs[sign] ?? sign).replaceAll(/[1!|]/g, one)

/** A word or name with up to this many other characters, such as the digits of a date, is still guessable. */
const ADDED = 6

/** Names that an attacker would try first on this site. */
const siteNames = ['Inkstream']

/** Shorter names and patterns are ignored: they occur in other words by chance. */
const SHORTEST = 4

/**
 * @param names of the account: username, full name, e-mail address
 * @returns why, as the end of a sentence about the password; undefined when it is not guessable
 */
export function guessable(password: string, names: readonly string[]): string | undefined {
  const lower = password.toLowerCase()
  if (forms(lower).some(isCommon)) return 'is one of the first that others would try: choose another'
  if (isMadeOf(lower, names)) return 'must not be made of your name, username or e-mail address'
  if (isMadeOf(lower, [...siteNames, ...names])) return 'must not be made of the name of this site'
  return undefined
}

/** The text as given, without additions at its ends, without separators, and with substituted letters put back. */
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

/** Whether a password without the names in it, in any case and direction, is short or common. */
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

/** A name as a whole, and its words; for an e-mail address, the words before the `@`. */
function wordsOf(name: string): readonly string[] {
  const lower = name.toLowerCase().normalize('NFKC')
  return [squeezed(lower), ...(lower.split('@')[0] ?? '').split(/[^\p{L}\p{M}\p{N}]+/u)]
}

/** Only the letters and digits. */
const squeezed = (text: string): string => text.replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, '')

function reversed(text: string): string {
  return [...text].toReversed().join('')
}

/** The shortest unit that the text repeats, as `pass` in `passpass`; else the text itself. */
function unitOf(text: string): string {
  const length = (text + text).indexOf(text, 1)
  return text.slice(0, length)
}

/** Counts runs of consecutive or equal characters: `abcdefgh` has one, `11118765` has two. */
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
