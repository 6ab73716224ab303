import { type Caller, type MixName, type Mutation, mixes } from './mix.ts'
import type { Cpu } from './processes.ts'

/** One way for the commands of one mix to go. */
export type Lane = {
  readonly name: 'pg' | 'api' | 'gateway'
  readonly mix: MixName
  /** Runs one command. @returns the aggregate's id @throws when the command is not accepted */
  readonly send: (mutation: Mutation, input: Readonly<Record<string, unknown>>, caller: Caller) => Promise<string>
  /** The processes whose CPU the commands of this lane cost, beside PostgreSQL. */
  readonly processes: Readonly<Record<string, Cpu>>
}

/** What a lane has cost, in milliseconds; CPU by process, undefined where it is not known. */
export type Cost = { commands: number; elapsed: number; readonly cpu: Record<string, number | undefined> }

export const noCost = (): Cost => ({ commands: 0, elapsed: 0, cpu: {} })

/** Runs `commands` commands, all callers at once, and adds what they cost. */
export async function runSlice(lane: Lane, callers: readonly Caller[], commands: number, cost: Cost): Promise<void> {
  const mix: readonly Mutation[] = mixes[lane.mix]
  let left = commands
  const sendUntilDone = async (caller: Caller) => {
    while (left-- > 0) {
      const mutation = mix[caller.sent % mix.length] as Mutation
      const id = await lane.send(mutation, mutation.input(caller), caller)
      if (caller.sent % mix.length === 0) caller.latest = id
      caller.sent++
    }
  }
  const before = Object.entries(lane.processes).map(([name, read]) => [name, read, read()] as const)
  const began = performance.now()
  await Promise.all(callers.map(sendUntilDone))
  cost.elapsed += performance.now() - began
  cost.commands += commands
  for (const [name, read, was] of before) {
    const is = read()
    const sum = cost.cpu[name] ?? 0
    cost.cpu[name] = is === undefined || was === undefined ? undefined : sum + is - was
  }
}
