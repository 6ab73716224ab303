import { z } from 'zod'

/** Input rules that commands share. Every text is trimmed and put into NFC before it is measured. */

const wellFormed = (value: string) => value.isWellFormed()
const withoutNul = (value: string) => !value.includes('\0')

/** Characters as a person counts them, near enough: code points. */
const length = (value: string) => [...value].length

/** Spaces and signs that show nothing, joiners and direction marks among them. */
const nothing = /^[\p{C}\p{Z}\p{M}\u115F\u1160\u2800\u3164\uFFA0]*$/u

/** What ends a line, and what makes the rest of one run the other way, over what stands beside it. */
const lineBreaking = /[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u

/** A text of `min` to `max` code points, after trimming and NFC. One that must have any must show something. */
export const text = (min: number, max: number) =>
  z
    .string()
    .refine(wellFormed, { error: 'must not contain lone surrogates', abort: true })
    .refine(withoutNul, { error: 'must not contain NUL characters', abort: true })
    .transform((value) => value.trim().normalize('NFC'))
    .refine((value) => length(value) >= min && length(value) <= max, {
      error: min === 0 ? `must have at most ${max} characters` : `must have ${min} to ${max} characters`,
    })
    .refine((value) => min === 0 || !nothing.test(value) || value === '', { error: 'must show something' })

/** A text on one line, such as a title or a name: it stands among others, which it must not disturb. */
export const line = (min: number, max: number) =>
  text(min, max).refine((value) => !lineBreaking.test(value), {
    error: 'must be one line, without control characters and marks that turn the direction of text',
  })

/** What shows nothing and changes nothing beside it. Joiners and selectors stay: Persian, Mongolian, kanji and emoji need them. */
const unseen =
  /(?!\u200C|\u200D|[\u180B-\u180D\u180F\uFE00-\uFE0F\u{E0100}-\u{E01EF}])[\p{Default_Ignorable_Code_Point}\u2800]/u

/** More marks than any script writes over one character: they would reach into the lines above and below. */
const towering = /\p{M}{9}/u

/** What somebody is called, on one line: two names that differ look so, and none covers what stands beside it. */
export const personName = (min: number, max: number) =>
  line(min, max)
    .refine((value) => !unseen.test(value), { error: 'must not contain characters that cannot be seen' })
    .refine((value) => !towering.test(value), { error: 'must have at most 8 marks on a character' })

/** A text of several lines that others see beside their own: what a terminal acts on, and what turns direction, is left out. */
export const paragraphs = (min: number, max: number) =>
  text(min, max).refine((value) => !lineBreaking.test(value.replaceAll(/[\t\n\r\u2028\u2029]/g, '')), {
    error: 'must not contain control characters and marks that turn the direction of text',
  })

/** An aggregate's id: a UUID, in lower case. */
export const id = z.uuid({ error: 'must be a UUID' }).transform((value) => value.toLowerCase())

/** The version that the client last saw. */
export const expectedVersion = z
  .int({ error: 'must be a whole number' })
  .min(1, { error: 'must be at least 1' })
  .optional()

/** The same key with the same input has the same outcome, for 24 hours. */
export const idempotencyKey = text(16, 128).optional()
