import { text } from '#cqrs/command/input.ts'
import { type Query, sql } from '#cqrs/database/sql-template.ts'
import { invalidInput } from '#cqrs/graphql/errors.ts'
import { quoteLexeme } from '../../tsvector.ts'
import { splitWords } from '../../words.ts'

const rule = text(1, 200)

/** What is looked for, without the spaces around it. @throws INVALID_INPUT unless it has 1 to 200 characters */
export function readQuery(given: string): string {
  const { data, error } = rule.safeParse(given)
  if (error) throw invalidInput(`\`query\` ${error.issues[0]?.message}.`, 'query')
  return data
}

/**
 * What is asked, as tsqueries. What PostgreSQL's parser can split is read as web searches are: "or", a "-" before what
 * is not wanted, quotes around a phrase. All words that it cannot split must be there, or not be there after a "-".
 */
export function tsqueries(asked: string): {
  /** What a post must match. Without a word to look for it matches nothing. */
  readonly all: Query
  /** What its rank is made of: one word or another. A rank by all of them would be one by how near they stand. */
  readonly any: Query
} {
  const { runs, rest } = splitWords(asked)
  const wanted = runs.filter(({ excluded }) => !excluded).flatMap(({ words }) => words)
  const unwanted = runs.filter(({ excluded }) => excluded)
  const hidden = wanted.filter((word) => word.hidden).map((word) => quoteLexeme(word.text))
  const plain = wanted.filter((word) => !word.hidden).map((word) => word.text)
  const parsed = webSearch([rest, ...plain].join(' '))
  const excluded = unwanted.map(({ words }) => `!(${words.map((word) => quoteLexeme(word.text)).join(' & ')})`)
  return {
    all: sql`(${parsed} && ${[...hidden, ...excluded].join(' & ')}::tsquery)`,
    any: sql`(${parsed} || ${hidden.join(' | ')}::tsquery)`,
  }
}

/** English, whose words are indexed by their stems, or the words as they are: those glued to others are indexed so. */
function webSearch(given: string): Query {
  // A "-" that is before no word excludes nothing, and PostgreSQL fails at 33 of them in a row.
  const asked = given.replace(/-(?!"?[\p{L}\p{N}])/gu, ' ')
  const english = sql`websearch_to_tsquery('pg_catalog.english', ${asked})`
  const simple = sql`websearch_to_tsquery('pg_catalog.simple', ${asked})`
  // Where English finds nothing but stop words, the words as they are would ask for what is never indexed.
  // Said twice, a word is looked for twice in every match.
  return sql`CASE WHEN numnode(${english}) = 0 THEN ''::tsquery WHEN ${english} = ${simple} THEN ${english}
    ELSE ${english} || ${simple} END`
}
