import type { Explanation } from '#toolkit/graphql/error-catalogue.ts'

/** The texts of a rejection code; the client gets `message` with the code. */
export type RejectionText = Explanation & { readonly message: string }

/** Rejection codes with their texts. */
export type Rejections<Code extends string = string> = Readonly<Record<Code, RejectionText>>

/** For commands that need a signed-in caller. */
export const UNAUTHENTICATED: RejectionText = {
  message: 'Sign in first: send an access token as `Authorization: Bearer …`.',
  meaning:
    "nobody is signed in, or the caller's account is deleted, whose access token has not expired; the message says which",
  advice: 'signs in, sends the access token, tries again; with a deleted account signs out',
}

/** For commands that the caller is not allowed to run. */
export const FORBIDDEN: RejectionText = {
  message: 'You may not do this.',
  meaning: 'the caller is not who may do this: not the author, and without the role that may',
  advice: 'does not offer it',
}

/** Rejections by the machinery, for every command. `INVALID_INPUT` takes its message from the violated rule. */
export const machineryRejections = {
  INVALID_INPUT: {
    meaning: 'a field breaks its rule; one entry for each, at most 20',
    advice: 'shows the message at the field that `path` names',
  },
  VERSION_CONFLICT: {
    message: 'Somebody changed it since the version that you expected: read it again, and decide again.',
    meaning: 'somebody changed it since `expectedVersion`',
    advice: 'reads it again, shows what changed, sends it with `currentVersion`',
  },
  IDEMPOTENCY_KEY_REUSED: {
    message: 'This idempotency key was used with another input: use a new one.',
    meaning: 'the key was used for another input within 24 hours',
    advice: 'takes a new key for a new intention, the old one for a retry',
  },
} as const satisfies Record<string, Explanation & { readonly message?: string }>

export type MachineryCode = keyof typeof machineryRejections

/**
 * Merges the codes of several commands.
 * @throws when two of them explain a code differently: a code has one meaning within a service
 */
export function rejectionsOf(declared: Iterable<{ readonly rejections: Partial<Rejections> }>): Rejections {
  const together: Record<string, RejectionText> = {}
  for (const { rejections } of declared)
    for (const [code, text] of Object.entries(rejections)) {
      if (!text || together[code] === text) continue
      if (together[code]) throw new Error(`${code} is explained in two ways`)
      together[code] = text
    }
  return together
}
