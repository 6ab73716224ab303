import type { Side } from '../change.ts'

/** Learns something of a side once, however many checks ask: a side's folder does not change while it is judged. */
export function oncePerSide<Learnt>(learn: (side: Side) => Promise<Learnt>): (side: Side) => Promise<Learnt> {
  const known = new WeakMap<Side, Promise<Learnt>>()
  return (side) => {
    const learnt = known.get(side) ?? learn(side)
    known.set(side, learnt)
    return learnt
  }
}
