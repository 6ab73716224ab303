/**
 * Only the ages of the keys decide when a key signs and when it is deleted: all instances see the same keys and so
 * agree. Ages are in milliseconds; keys are listed newest first.
 */
export type Aged = { readonly id: string; readonly age: number }

/** How long a new key is published before it signs, so that caches of the keys have it by then. */
export const PUBLISHED_BEFORE_MS = 10 * 60_000
/** How much longer than its tokens a key stays published: allows for late instances and different clocks. */
const MARGIN_MS = 5 * 60_000

/** The newest key that was published for long enough; else the oldest, because no earlier key exists then. */
export const signingKey = <Key extends Aged>(keys: readonly Key[]): Key | undefined =>
  keys.find(({ age }) => age >= PUBLISHED_BEFORE_MS) ?? keys.at(-1)

/** Whether it is time for a new key. @param rotationMs maximum age of the newest key */
export const isDue = (keys: readonly Aged[], rotationMs: number): boolean =>
  keys[0] === undefined || keys[0].age >= rotationMs

/** Keys whose last token has expired. @param tokenMs the lifetime of a token */
export const retired = <Key extends Aged>(keys: readonly Key[], tokenMs: number): readonly Key[] =>
  keys.filter((_, n) => {
    const successor = keys[n - 1]
    return successor !== undefined && successor.age > PUBLISHED_BEFORE_MS + tokenMs + MARGIN_MS
  })
