/** Quotes a text for use in a tsvector or tsquery. */
export const quoteLexeme = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
