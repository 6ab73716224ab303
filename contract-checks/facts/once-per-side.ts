import type { Side } from '../change.ts'

/** Computes a value of a side once, however many checks ask for it: a side's folder does not change during a run. */
export function oncePerSide<Value>(compute: (side: Side) => Promise<Value>): (side: Side) => Promise<Value> {
  const known = new WeakMap<Side, Promise<Value>>()
  return (side) => {
    const value = known.get(side) ?? compute(side)
    known.set(side, value)
    return value
  }
}
