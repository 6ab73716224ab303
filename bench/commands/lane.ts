import { type Caller, type MixName, type Mutation, mixes } from './mix.ts'
import type { Cpu } from './processes.ts'

/** One path for the commands of one mix. */
export type Lane = {
  readonly name: 'pg' | 'api' | 'gateway'
  readonly mix: MixName
  /** Runs this many commands, all callers at once. @throws when one is not accepted */
  readonly run: (commands: number) => Promise<Cost>
}

/** The cost of commands, in milliseconds. CPU is by process, without PostgreSQL; undefined if unknown. */
export type Cost = {
  readonly commands: number
  readonly elapsed: number
  readonly cpu: Readonly<Record<string, number | undefined>>
}

export const noCost: Cost = { commands: 0, elapsed: 0, cpu: {} }

export const plus = (one: Cost, other: Cost): Cost => ({
  commands: one.commands + other.commands,
  elapsed: one.elapsed + other.elapsed,
  cpu: Object.fromEntries(
    Object.entries(other.cpu).map(([name, more]) => [name, more === undefined ? more : (one.cpu[name] ?? 0) + more]),
  ),
})

/** Sends one command. @returns the aggregate's id @throws when the command is not accepted */
export type Send = (mutation: Mutation, input: Readonly<Record<string, unknown>>, caller: Caller) => Promise<string>

/** Runs commands of a mix. @param callers of this lane alone, because they store their position in the mix */
export function createRun(
  name: MixName,
  send: Send,
  callers: readonly Caller[],
  processes: Readonly<Record<string, Cpu>>,
): Lane['run'] {
  const mix: readonly Mutation[] = mixes[name]
  return async (commands) => {
    let left = commands
    const sendUntilDone = async (caller: Caller) => {
      while (left-- > 0) {
        const mutation = mix[caller.sent % mix.length] as Mutation
        const id = await send(mutation, mutation.input(caller), caller)
        if (caller.sent % mix.length === 0) caller.latest = id
        caller.sent++
      }
    }
    const before = Object.entries(processes).map(([name, read]) => [name, read, read()] as const)
    const began = performance.now()
    await Promise.all(callers.map(sendUntilDone))
    const elapsed = performance.now() - began
    const spent = before.map(([name, read, was]) => {
      const is = read()
      return [name, is === undefined || was === undefined ? undefined : is - was] as const
    })
    return { commands, elapsed, cpu: Object.fromEntries(spent) }
  }
}
