import { text } from '#cqrs/command/input.ts'
import { type Query, sql } from '#toolkit/database/sql-template.ts'
import { invalidInput } from '#toolkit/graphql/errors.ts'
import { quoteLexeme } from '../../tsvector.ts'
import { splitWords } from '../../words.ts'

const rule = text(1, 200)

/** The search text, trimmed. @throws INVALID_INPUT unless it has 1 to 200 characters */
export function readQuery(given: string): string {
  const { data, error } = rule.safeParse(given)
  if (error) throw invalidInput(`\`query\` ${error.issues[0]?.message}.`, 'query')
  return data
}

/**
 * The search text as tsqueries. Words that PostgreSQL's parser can split follow the syntax of web searches: "or", "-"
 * to exclude, quotes around a phrase. Words that it cannot split must all match, or must not match after a "-".
 */
export function tsqueries(asked: string): {
  /** Selects posts. Matches nothing when the text has no word to search for. */
  readonly all: Query
  /** Used for ranking: matches any of the words. Ranking by `all` would score word proximity instead. */
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

/** Matches English stems or the words as written: words attached to unspaced scripts are indexed as written. */
function webSearch(given: string): Query {
  // A "-" without a word after it excludes nothing, and PostgreSQL fails at 33 of them in a row.
  const asked = given.replace(/-(?!"?[\p{L}\p{N}])/gu, ' ')
  const english = sql`websearch_to_tsquery('pg_catalog.english', ${asked})`
  const simple = sql`websearch_to_tsquery('pg_catalog.simple', ${asked})`
  // If English finds only stop words, do not search for them as written: stop words are not indexed.
  // If both queries are equal, use one: a word that is repeated in a query is searched twice in every match.
  return sql`CASE WHEN numnode(${english}) = 0 THEN ''::tsquery WHEN ${english} = ${simple} THEN ${english}
    ELSE ${english} || ${simple} END`
}
