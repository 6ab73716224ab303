/** A text in quotes, as PostgreSQL reads it in a tsvector and in a tsquery. */
export const quoteLexeme = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
