import { expect } from 'vitest'
import type { Caller } from '#toolkit/trust/caller.ts'
import type { AggregateState } from '../command/aggregate.ts'
import type { Command, MachineryInput } from '../command/command.ts'
import type { Rejection } from '../command/decision.ts'

/** The time and the first id that a command gets in a scenario. */
export const scenarioNow = new Date('2026-01-02T03:04:05.678Z')
export const scenarioId = '01890000-0000-7000-8000-000000000001'

/**
 * Tests one command without a database: `given` the loaded data, `when` an input arrives, `then` this is decided. The
 * input is first validated by the command's own rules.
 * @example
 * test("is rejected for another's post", () =>
 *   scenario(publishPost).given(post, stranger).when({ id: post.id }).thenRejected('FORBIDDEN'))
 */
export const scenario = <
  Input extends MachineryInput,
  Loaded,
  State extends AggregateState,
  Code extends string,
  Store,
>(
  command: Command<Input, Loaded, State, Code, Store>,
) => ({
  given: (loaded: Loaded, caller: Caller = null) => ({
    when: (rawInput: unknown) => {
      const parsed = command.input.safeParse(rawInput)
      const decide = () => {
        if (!parsed.success) throw new Error(`the input is invalid: ${parsed.error.message}`)
        return command.decide(loaded, parsed.data, { caller, now: scenarioNow, newId: () => scenarioId })
      }
      return {
        /** Accepted, with this event type and a state that has at least these fields. */
        thenAccepted: (type: string, state: Partial<State>) =>
          void expect(decide()).toMatchObject({ type, state: state as object }),
        /** Accepted, with nothing to write. */
        thenUnchanged: (state: State) => void expect(decide()).toEqual({ unchanged: state }),
        thenRejected: (code: Code, ...path: string[]) => void expect(decide()).toEqual({ rejected: code, path }),
        /** Rejected with this rejection, which has its own message. */
        thenRejectedBy: (rejection: Rejection<Code>) => void expect(decide()).toEqual(rejection),
        /** Refused because of this field, before anything is loaded. */
        thenInvalid: (...path: string[]) =>
          void expect(parsed.error?.issues.map((issue) => issue.path.map(String))).toContainEqual(path),
      }
    },
  }),
})
