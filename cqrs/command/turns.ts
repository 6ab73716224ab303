import { Busy } from '#toolkit/database/faults.ts'

/** Runs work with the same name one after the other, in the order of arrival. */
export type Turns = <Result>(name: string, work: () => Promise<Result>) => Promise<Result>

type Lane = {
  readonly waiting: Set<() => void>
  /** When work with this name last succeeded, by `performance.now()`. */
  movedAt: number
}

/**
 * Commands on one aggregate run one after the other within this process, so they do not lose races to each other.
 * Waiting commands hold no database connection: a row that stays locked costs one connection, not all of them.
 * @param patience how long to wait while no work with the name succeeds, in milliseconds
 * @param atMost how long to wait in any case, in milliseconds
 * @returns the result of the work; rejects with Busy when its turn did not come in time
 */
export function createTurns({ patience, atMost }: { readonly patience: number; readonly atMost: number }): Turns {
  const lanes = new Map<string, Lane>()

  return async function inTurn(name, work) {
    const known = lanes.get(name)
    if (known) await turn(name, known)
    const lane = known ?? { waiting: new Set(), movedAt: performance.now() }
    lanes.set(name, lane)
    try {
      const result = await work()
      lane.movedAt = performance.now()
      return result
    } finally {
      const [next] = lane.waiting
      if (next) next()
      else lanes.delete(name)
    }
  }

  /** Resolves when the caller's turn comes. */
  function turn(name: string, lane: Lane): Promise<void> {
    const arrived = performance.now()
    return new Promise((resolve, reject) => {
      const begin = () => {
        clearTimeout(timer)
        lane.waiting.delete(begin)
        resolve()
      }
      const look = () => {
        const now = performance.now()
        const until = Math.min(arrived + atMost, Math.max(arrived, lane.movedAt) + patience)
        if (now < until) {
          timer = setTimeout(look, until - now)
          return
        }
        lane.waiting.delete(begin)
        reject(new Busy(`${name} is being changed by others`))
      }
      let timer = setTimeout(look, Math.min(patience, atMost))
      lane.waiting.add(begin)
    })
  }
}
