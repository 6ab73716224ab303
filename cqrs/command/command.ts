import type { z } from 'zod'
import type { Caller } from '#toolkit/trust/caller.ts'
import type { Aggregate, AggregateState } from './aggregate.ts'
import type { Decision, Rejection } from './decision.ts'
import type { Rejections } from './rejections.ts'

/** What `decide` may use besides the state and the input. */
export type CommandContext = {
  readonly caller: Caller
  readonly now: Date
  /** A new UUIDv7. */
  newId(): string
}

/** Optional input fields that the machinery itself reads. */
export type MachineryInput = {
  readonly idempotencyKey?: string | undefined
  readonly expectedVersion?: number | undefined
}

/** A request to change one aggregate, described by data and pure functions. `cqrs/command/runner.ts` runs it. */
export type Command<Input extends MachineryInput, Loaded, State extends AggregateState, Code extends string, Store> = {
  /** For example `CreatePost`. */
  readonly name: string
  readonly aggregate: Aggregate<State, Store>
  readonly input: z.ZodType<Input>
  /** Exactly the codes that it rejects with: the compiler compares them with `decide` and `taken`. */
  readonly rejections: Partial<Rejections<NoInfer<Code>>>
  /** Input fields that are left out of the stored digest, such as a password. */
  readonly secrets?: readonly (keyof Input & string)[]
  /** The id of the aggregate that it changes, if known: commands on the same aggregate run one after the other. */
  target?(input: Input, caller: Caller): string | null | undefined
  /** Reads what `decide` needs. */
  load(store: Store, input: Input, caller: Caller): Promise<Loaded>
  /** Pure. Rejects with a literal code or returns the next state. The machinery checks `expectedVersion`. */
  decide(loaded: Loaded, input: Input, context: CommandContext): Decision<State, Code>
  /** Writes, in the same transaction, related data that never leaves the write database. */
  alongside?(store: Store, committed: State, input: Input): Promise<void>
  /** The rejection for each unique index that may be violated, by index name. */
  readonly taken?: Readonly<Record<string, Rejection<Code>>>
}

/**
 * Defines a command. Its types are inferred from the aggregate, the input's rules and `load`. It does not compile when
 * `decide` or `taken` uses a code that `rejections` does not declare, or when a declared code is unused.
 * @example
 * export const publishPost = command({
 *   name: 'PublishPost',
 *   aggregate: post,
 *   input: z.object({ id, expectedVersion, idempotencyKey }),
 *   rejections: { UNAUTHENTICATED, POST_NOT_FOUND, FORBIDDEN },
 *
 *   target: ({ id }) => id,
 *   load: (store, { id }) => store.post(id),
 *
 *   decide(current, _, { caller, now }) {
 *     if (!caller) return reject('UNAUTHENTICATED')
 *     if (!isThereFor(current, caller)) return reject('POST_NOT_FOUND', 'id')
 *     if (current.authorId !== caller.userId) return reject('FORBIDDEN')
 *     if (!current.draft) return unchanged(current)
 *     return accept('inkstream.post.published.v1', { ...current, draft: false, publishedAt: now, updatedAt: now })
 *   },
 * })
 */
export const command = <Input extends MachineryInput, Loaded, State extends AggregateState, Code extends string, Store>(
  definition: Command<Input, Loaded, State, Code, Store> & { readonly rejections: Rejections<NoInfer<Code>> },
): Command<Input, Loaded, State, Code, Store> => definition
