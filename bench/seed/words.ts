/** Random text for realistic searches: few words are frequent, most are rare. A seed always gives the same text. */

const syllables = [
  'ba',
  'ke',
  'lo',
  'mi',
  'nu',
  'ra',
  'se',
  'ti',
  'vo',
  'wen',
  'dor',
  'fal',
  'gri',
  'hul',
  'jas',
  'pli',
]
const common = (
  'ink paper clock bridge river bread swarm honey winter road map stair word letter lamp window garden stone engine ' +
  'morning silence harbour number teacher kitchen train island field market summer story hand table weather'
).split(' ')
const elsewhere = ['墨水会干', '木漏れ日の下で', 'مرحبا بالعالم', 'ผีเสื้อในสวน', '🦉🎉', 'Чернила сохнут']

export type Words = {
  /** A whole number from 0, below `bound`. */
  below(bound: number): number
  title(): string
  /** @param length in words */
  text(length: number): string
  tags(): readonly string[]
}

/** @param seed any number; it starts a linear congruential generator */
export function createWords(seed: number): Words {
  let state = seed >>> 0 || 1
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  const below = (bound: number) => Math.floor(random() * bound)
  const pick = <T>(from: readonly T[]): T => from[below(from.length)] as T

  /** The n-th of ten thousand rare words. */
  const rare = (n: number) => [n % 16, (n >> 4) % 16, (n >> 8) % 16, (n >> 3) % 16].map((at) => syllables[at]).join('')
  const word = () =>
    random() < 0.4
      ? (common[Math.floor(common.length * random() ** 2)] as string)
      : rare(Math.floor(10_000 * random() ** 1.5))
  const text = (length: number) => Array.from({ length }, word).join(' ')

  return {
    below,
    title: () => `${random() < 0.05 ? `${pick(elsewhere)} ` : ''}${text(2 + below(5))}`,
    text: (length) => `${random() < 0.02 ? `${pick(elsewhere)} ` : ''}${text(length)}.`,
    tags: () => Array.from({ length: below(4) }, () => common[Math.floor(common.length * random() ** 2)] as string),
  }
}
