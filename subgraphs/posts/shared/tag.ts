import { z } from 'zod'
import { line } from '#cqrs/command/input.ts'

/** How many characters a tag has at most. */
const LONGEST = 30

/**
 * Invisible characters, which would make two different tags look the same. Joiners are kept within an emoji, and within
 * words of scripts that need them.
 */
const joined =
  '[\\p{Extended_Pictographic}\\p{Emoji_Modifier}\\p{Script=Arabic}\\p{Script=Devanagari}\\p{Script=Bengali}\\p{Script=Gujarati}' +
  '\\p{Script=Kannada}\\p{Script=Malayalam}\\p{Script=Sinhala}\\p{Script=Tamil}\\p{Script=Telugu}]'
const unseen = new RegExp(
  `(?![\\u200c\\u200d])\\p{Default_Ignorable_Code_Point}|(?<!${joined}\\ufe0f?)[\\u200c\\u200d]|[\\u200c\\u200d](?!${joined})`,
  'gu',
)

/**
 * A tag as it is stored and searched: lower case, NFC, one space between words, no invisible characters; 1 to 30
 * characters after that.
 */
export const tag = z
  .string()
  .transform((value) => value.replaceAll(unseen, '').toLowerCase().normalize('NFC').trim().replace(/\s+/gu, ' '))
  .pipe(line(1, LONGEST))
