import { z } from 'zod'

/** Input rules that commands share. Every text is trimmed and normalized to NFC before its length is checked. */

const wellFormed = (value: string) => value.isWellFormed()
const withoutNul = (value: string) => !value.includes('\0')

/** Counts code points, which is close enough to how a person counts characters. */
const length = (value: string) => [...value].length

/** A text without any visible character: only spaces, joiners, direction marks and the like. */
const nothing = /^[\p{C}\p{Z}\p{M}\u115F\u1160\u2800\u3164\uFFA0]*$/u

/** Line breaks, control characters, and marks that change the direction of the text after them. */
const lineBreaking = /[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u

/** A text of `min` to `max` code points, after trimming and NFC. With `min` above 0 it must show something. */
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

/** A text on one line, such as a title or a name. It is shown beside other texts, whose display it must not affect. */
export const line = (min: number, max: number) =>
  text(min, max).refine((value) => !lineBreaking.test(value), {
    error: 'must be one line, without control characters and marks that turn the direction of text',
  })

/** Invisible characters. Joiners and selectors are allowed: Persian, Mongolian, kanji and emoji need them. */
const unseen =
  /(?!\u200C|\u200D|[\u180B-\u180D\u180F\uFE00-\uFE0F\u{E0100}-\u{E01EF}])[\p{Default_Ignorable_Code_Point}\u2800]/u

/** More combining marks on one character than any script uses: they would overlap the lines above and below. */
const towering = /\p{M}{9}/u

/** A person's name, on one line. Different names must look different, and none may cover the text beside it. */
export const personName = (min: number, max: number) =>
  line(min, max)
    .refine((value) => !unseen.test(value), { error: 'must not contain characters that cannot be seen' })
    .refine((value) => !towering.test(value), { error: 'must have at most 8 marks on a character' })

/** A text of several lines, without terminal control characters and direction marks: it is shown beside other texts. */
export const paragraphs = (min: number, max: number) =>
  text(min, max).refine((value) => !lineBreaking.test(value.replaceAll(/[\t\n\r\u2028\u2029]/g, '')), {
    error: 'must not contain control characters and marks that turn the direction of text',
  })

/** An aggregate's id: a UUID, in lower case. */
export const id = z.uuid({ error: 'must be a UUID' }).transform((value) => value.toLowerCase())

/** The version that the client saw last. */
export const expectedVersion = z
  .int({ error: 'must be a whole number' })
  .min(1, { error: 'must be at least 1' })
  .optional()

/** For 24 hours, the same key with the same input has the same outcome. */
export const idempotencyKey = text(16, 128).optional()
