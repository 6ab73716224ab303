import { z } from 'zod'
import { line, text } from '#cqrs/command/input.ts'
import { tag } from '../shared/tag.ts'

export const title = line(1, 200)

export const body = text(1, 100_000)

/** Why a moderator hides a post. */
export const reason = text(1, 500)

/** How many tags a post has at most. */
const MOST_TAGS = 10

/** Tags without duplicates. */
export const tags = z
  .array(tag)
  .transform((given) => [...new Set(given)])
  .refine((given) => given.length <= MOST_TAGS, { error: `must have at most ${MOST_TAGS} different tags` })
