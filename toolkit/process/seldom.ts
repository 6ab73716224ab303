/**
 * Limits how often something is logged: lets the first of each kind pass, then one per kind in `ms` milliseconds.
 * @returns the number of the kind left out since the last one that passed, or undefined to leave this one out. Kinds
 * must be few, since each is remembered.
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
