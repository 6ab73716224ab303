/**
 * Keeps what happens often from filling the log: lets the first of each kind pass, then one of it in `ms` milliseconds.
 * @returns how many of the kind were left out since the last one that passed; undefined for one to leave out. Kinds must
 * be few: each is remembered.
 */
export function createSeldom(ms: number): (kind: string) => number | undefined {
  const kinds = new Map<string, { readonly next: number; leftOut: number }>()
  return (kind) => {
    const known = kinds.get(kind)
    const now = performance.now()
    if (known && now < known.next) {
      known.leftOut++
      return undefined
    }
    kinds.set(kind, { next: now + ms, leftOut: 0 })
    return known?.leftOut ?? 0
  }
}
