import type { Log } from '#toolkit/process/log.ts'
import { describeFault } from './poison.ts'

/** Work that fails or does not end for longer than this makes the projector not ready. In milliseconds. */
const LASTING_MS = 3_000

type Fault = {
  /** When the first attempt began, by `performance.now()`, since the wall clock may step back. */
  readonly since: number
  readonly lasting: number
  /** The last failure; undefined while the first attempt runs. */
  reason: string | undefined
  place: string
}

/** Tracks running work and work that is retried after a failure, by what it concerns. */
export function createFaults(log: Log) {
  const faults = new Map<string, Fault>()

  function begin(what: string, lasting: number): Fault {
    const fault = faults.get(what) ?? { since: performance.now(), lasting, reason: undefined, place: '' }
    faults.set(what, fault)
    return fault
  }

  function fail(what: string, fault: Fault, error: unknown): void {
    const reason = describeFault(error)
    if (fault.reason !== reason) log.warn({ err: error, what }, 'failed, trying again')
    fault.reason = reason
  }

  return {
    note: (what: string, error: unknown) => fail(what, begin(what, LASTING_MS), error),
    forget: (what: string) => void faults.delete(what),
    /** Whether it is running or failing. */
    has: (what: string): boolean => faults.has(what),
    /** Whether it has failed, and has not succeeded since. */
    isFailing: (what: string): boolean => faults.get(what)?.reason !== undefined,
    /**
     * Runs `work`, notes its failure, and ends an earlier fault on success. Ignores the outcome if `what` was forgotten
     * meanwhile.
     * @param options.lasting how long it may fail or take, from its first attempt on, in milliseconds
     * @param options.place the position within `what`, in words
     */
    async attend<Result>(
      what: string,
      work: () => Promise<Result>,
      { lasting = LASTING_MS, place = '' }: { readonly lasting?: number; readonly place?: string } = {},
    ): Promise<Result> {
      const fault = begin(what, lasting)
      fault.place = place
      const current = () => faults.get(what) === fault
      try {
        const result = await work()
        if (current()) faults.delete(what)
        return result
      } catch (error) {
        if (current()) fail(what, fault, error)
        throw error
      }
    },
    /** Describes what has been failing or running for too long; undefined when nothing has. */
    lasting(): string | undefined {
      const old = [...faults].filter(([, { since, lasting }]) => performance.now() - since > lasting)
      return old.length > 0 ? old.map(([what, fault]) => `${what}: ${describe(fault)}`).join(' ') : undefined
    },
  }
}

const describe = ({ reason, place, since }: Fault) =>
  `${place ? `${place}: ` : ''}${reason ?? `no answer for ${Math.floor((performance.now() - since) / 1_000)} s.`}`
