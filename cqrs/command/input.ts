import { z } from 'zod'

/** Input rules that commands share. Every text is trimmed and put into NFC before it is measured. */

const wellFormed = (value: string) => value.isWellFormed()
const withoutNul = (value: string) => !value.includes('\0')

/** Characters as a person counts them, near enough: code points. */
const length = (value: string) => [...value].length

/** A text of `min` to `max` code points, after trimming and NFC. */
export const text = (min: number, max: number) =>
  z
    .string()
    .refine(wellFormed, { error: 'must not contain lone surrogates', abort: true })
    .refine(withoutNul, { error: 'must not contain NUL characters', abort: true })
    .transform((value) => value.trim().normalize('NFC'))
    .refine((value) => length(value) >= min && length(value) <= max, {
      error: min === 0 ? `must have at most ${max} characters` : `must have ${min} to ${max} characters`,
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
