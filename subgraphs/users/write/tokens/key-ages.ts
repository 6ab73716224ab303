/**
 * When a key signs, and when it is gone, told from the keys' ages alone: all instances see the same keys and so agree.
 * Ages are in milliseconds; keys are given the newest first.
 */
export type Aged = { readonly id: string; readonly age: number }

/** A new key is published for this long before it signs, so that whoever caches the keys has it by then. */
export const PUBLISHED_BEFORE_MS = 10 * 60_000
/** For what instances know late and clocks that differ: so much longer than its tokens a key stays published. */
const MARGIN_MS = 5 * 60_000

/** The newest key that was published for long enough; the oldest when none was, since then there was none before. */
export const signingKey = <Key extends Aged>(keys: readonly Key[]): Key | undefined =>
  keys.find(({ age }) => age >= PUBLISHED_BEFORE_MS) ?? keys.at(-1)

/** Whether it is time for a new key. @param rotationMs how old the newest one may become */
export const isDue = (keys: readonly Aged[], rotationMs: number): boolean =>
  keys[0] === undefined || keys[0].age >= rotationMs

/** Keys that nobody needs: their last token has expired. @param tokenMs how long a token lives */
export const retired = <Key extends Aged>(keys: readonly Key[], tokenMs: number): readonly Key[] =>
  keys.filter((_, n) => {
    const successor = keys[n - 1]
    return successor !== undefined && successor.age > PUBLISHED_BEFORE_MS + tokenMs + MARGIN_MS
  })
