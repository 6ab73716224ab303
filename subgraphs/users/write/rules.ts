import { z } from 'zod'
import { paragraphs, personName, text } from '#cqrs/command/input.ts'

/** 3 to 30 of a–z, 0–9 and `_`, except "unknown", which is shown for an unknown author. */
export const username = text(3, 30)
  .refine((name) => /^[a-z0-9_]*$/.test(name), { error: 'may have a to z, 0 to 9 and _ only' })
  .refine((name) => name !== 'unknown', { error: 'must not be "unknown"' })

export const fullName = personName(1, 100)

export const bio = paragraphs(0, 500)

/**
 * An https URL of at most 500 characters, or empty. The text itself is checked: a URL parser would drop line breaks,
 * and accept quotes that end an HTML attribute.
 */
export const avatarUrl = text(0, 500).refine((url) => url === '' || isPlainAddress(url), {
  error: 'must be an https address, or empty',
})

function isPlainAddress(url: string): boolean {
  const parsed = /^https:\/\/[^\s"'<>\\^`{|}\p{C}]+$/iu.test(url) ? URL.parse(url) : null
  return parsed?.protocol === 'https:' && parsed.username === '' && parsed.password === ''
}

/**
 * A password in NFKC, so that the same characters typed on another keyboard are the same password. Nothing else is
 * changed: leading and trailing spaces are part of it.
 */
const anyPassword = (min: number, error: string) =>
  z
    .string()
    // NFKC can turn one character into 18, or a few into one. Refuse far too long passwords before normalizing.
    .max(2_000, { error, abort: true })
    .refine((value) => value.isWellFormed(), { error: 'must not contain lone surrogates', abort: true })
    .transform((value) => value.normalize('NFKC'))
    .refine((value) => [...value].length >= min && [...value].length <= 200, { error })

/** A new password: 8 to 200 code points. */
export const newPassword = anyPassword(8, 'must have 8 to 200 characters')

/** A password to verify. It may be older than a rule for new ones. */
export const givenPassword = anyPassword(0, 'must have at most 200 characters')
