import type { Call } from '#toolkit/trust/caller.ts'
import type { Outcome, RunCommand } from '../command/runner.ts'
import { payload } from './payload.ts'

/** The part of a command that is needed here. The types of its store, state and loaded data come from its functions. */
type AnyCommand<Store> = {
  readonly name: string
  readonly aggregate: { decode(value: Uint8Array, version: number): unknown }
  load(store: Store, ...rest: never[]): Promise<unknown>
}
type StateOf<C extends AnyCommand<never>> = ReturnType<C['aggregate']['decode']>
type LoadedOf<C extends AnyCommand<never>> = Awaited<ReturnType<C['load']>>

type Accepted<C extends AnyCommand<never>> = { readonly state: StateOf<C>; readonly loaded: LoadedOf<C> }

/**
 * Resolvers of mutations that each run the command with their name and return one kind of payload.
 * @param fields the payload's fields for an accepted command; a mutation whose payload type lacks some ignores those
 * @example
 * const Mutation = {
 *   ...commandResolvers({ createPost, deletePost }, ({ state }) => ({ post: fromState(state), deletedPostId: state.id })),
 * } satisfies Required<MutationResolvers>
 */
export function commandResolvers<
  Store,
  Commands extends Readonly<Record<string, AnyCommand<Store>>>,
  Fields extends object,
>(
  commands: Commands & Readonly<Record<string, AnyCommand<Store>>>,
  fields: (accepted: Accepted<Commands[keyof Commands]>, call: Call) => Fields,
) {
  type Own = Commands[keyof Commands]
  type Context = { readonly run: RunCommand<Store>; readonly call: Call }
  type Run = (command: Own, input: object, call: Call) => Promise<Outcome<StateOf<Own>, string, LoadedOf<Own>>>
  const resolverOf =
    (command: Own) =>
    async (_: unknown, { input }: { input: object }, { run, call }: Context) =>
      payload(await (run as unknown as Run)(command, input, call), (accepted) => fields(accepted, call))
  return Object.fromEntries(
    Object.entries(commands).map(([name, command]) => [name, resolverOf(command as Own)]),
  ) as Readonly<Record<keyof Commands, ReturnType<typeof resolverOf>>>
}
