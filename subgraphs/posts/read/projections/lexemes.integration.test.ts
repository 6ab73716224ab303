import fc from 'fast-check'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase } from '../../../../tests/support/databases.ts'
import { quoteLexeme } from '../tsvector.ts'
import { lexemesOf } from './lexemes.ts'

const letters = (first: number, count: number, length: number, joint = '') =>
  Array.from({ length }, (_, n) => String.fromCodePoint(first + (n % count))).join(joint)

/** Distinct 4-byte characters in pairs. PostgreSQL indexes each pair and compounds of 50; we index each character. */
const compounds =
  `${letters(0x20000, 42_720, 42_720)}${letters(0x2a700, 18_000, 18_000)}${letters(0x30000, 5_000, 5_000)}`
    .match(/../gu)
    ?.map((two, n) => `${two}${n % 50 === 49 ? ' ' : '-'}`)
    .join('') as string

describe('lexemes', () => {
  test('have the weight of the title or of the body, and positions that continue from title to body', () =>
    expect(lexemesOf('Node入门', '入门 🦉')).toBe("'node':1A '入门':2A,3D '🦉':4D"))

  test('are empty where PostgreSQL finds every word', () => expect(lexemesOf('On Ink', "It's dry.")).toBe(''))

  test('hold at most 16 positions of a word', () =>
    expect(lexemesOf('', '🦉'.repeat(100))).toBe(`'🦉':${Array.from({ length: 16 }, (_, n) => `${n + 1}D`).join(',')}`))

  test('stop counting at the highest position', () =>
    expect(lexemesOf('', `${'🎉'.repeat(20_000)}🦉`)).toContain("'🦉':16383D"))
})

describe('PostgreSQL accepts, together with the column generated from them,', () => {
  let client: pg.Client
  let schema: string
  beforeAll(async () => {
    const database = await createTestDatabase('posts', 'read')
    schema = database.schema
    client = new pg.Client({ connectionString: database.url })
    await client.connect()
  })
  afterAll(() => client.end())

  /** @returns the number of lexemes, and the size of the whole `search` in bytes, of 1 MiB allowed */
  async function save(title: string, body: string) {
    const { rows } = await client.query(
      `INSERT INTO "${schema}".posts (id, version, title, body, lexemes)
       VALUES (gen_random_uuid(), 1, $1, $2, $3::tsvector)
       RETURNING length(lexemes) AS lexemes,
         (SELECT sum(octet_length(lexeme) + 3 + 2 * cardinality(positions))::int FROM unnest(search)) AS bytes`,
      [title, body, lexemesOf(title, body)],
    )
    return rows[0] as { lexemes: number; bytes: number }
  }

  test('the lexemes of any text', () =>
    fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'binary', maxLength: 200 }),
        fc.string({ unit: 'grapheme', maxLength: 200 }),
        async (title, body) => void (await save(title.replaceAll('\0', ''), body.replaceAll('\0', ''))),
      ),
      { numRuns: 300 },
    ))

  test('any quoted text, as one lexeme', () =>
    fc.assert(
      fc.asyncProperty(fc.string({ minLength: 1, maxLength: 20 }), async (text) => {
        const { rows } = await client.query('SELECT tsvector_to_array($1::tsvector) AS lexemes', [quoteLexeme(text)])
        expect(rows[0].lexemes).toEqual([text])
      }),
    ))

  test('characters with a special meaning', async () => {
    const signs = `'\\:*,&|!()<->"`
    expect(await save(`${signs}墨${signs}`, `墨${signs}水 🦉'🦉\\`)).toMatchObject({ lexemes: 3 })
  })

  test.each([
    ['distinct Chinese characters', letters(0x4e00, 20_000, 100_000)],
    ['Chinese characters of four bytes', letters(0x20000, 42_000, 100_000)],
    ['Chinese characters of four bytes, joined by hyphens', letters(0x20000, 42_000, 50_000, '-')],
    ['Chinese characters of four bytes, apart', letters(0x20000, 42_000, 50_000, ' ')],
    ['Chinese characters of four bytes, by twos, in compounds', compounds],
    ['distinct emoji', letters(0x1f300, 700, 100_000)],
    ['flags', letters(0x1f1e6, 26, 100_000)],
    ['one emoji of many parts', '👨‍'.repeat(50_000)],
    ['one word without an end', 'ကက္'.repeat(33_333)],
    ['letters of four bytes, joined by hyphens', letters(0x10400, 40, 50_000, '-')],
    [
      'words glued to a Chinese one',
      Array.from({ length: 14_285 }, (_, n) => `w${n}墨`)
        .join('')
        .slice(0, 100_000),
    ],
    [
      'addresses',
      Array.from({ length: 3_000 }, (_, n) => `http://h${n}.example/墨/a/b/c/d?q=${n}`)
        .join(' ')
        .slice(0, 100_000),
    ],
  ])('100,000 characters of %s', async (_, body) => {
    const { bytes } = await save(body.slice(0, 200).replace(/[\ud800-\udbff]$/, ''), body)
    expect(bytes).toBeLessThan(1_000_000)
  })
})
