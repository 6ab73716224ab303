import { z } from 'zod'
import { line } from '#cqrs/command/input.ts'

/** How many characters a tag has at most. */
const LONGEST = 30

/** A tag as it is kept and looked for: lower case, NFC, one space between its words; 1 to 30 characters after that. */
export const tag = z
  .string()
  .transform((value) => value.toLowerCase().normalize('NFC').trim().replace(/\s+/gu, ' '))
  .pipe(line(1, LONGEST))
