import { text } from '#cqrs/command/input.ts'

/** 3 to 30 of a–z, 0–9 and `_`. "unknown" is what content shows while its author is not known. */
export const username = text(3, 30)
  .refine((name) => /^[a-z0-9_]*$/.test(name), { error: 'may have a to z, 0 to 9 and _ only' })
  .refine((name) => name !== 'unknown', { error: 'must not be "unknown"' })

export const fullName = text(1, 100)

export const bio = text(0, 500)
