import type { z } from 'zod'
import type { Aggregate, AggregateState } from './aggregate.ts'
import type { Decision, Rejection } from './decision.ts'
import type { Rejections } from './rejections.ts'

/** Who asks, as their access token said. Null when nobody is signed in. */
export type Actor = {
  readonly userId: string
  readonly roles: readonly string[]
  /** The session that the token belongs to; null when another issuer made it. */
  readonly sessionId: string | null
} | null

/** What `decide` may know beside the state and the input. */
export type CommandContext = {
  readonly actor: Actor
  readonly now: Date
  /** A new UUIDv7. */
  newId(): string
}

/** The fields that the machinery itself reads from an input, where a command has them. */
export type MachineryInput = {
  readonly idempotencyKey?: string | undefined
  readonly expectedVersion?: number | undefined
}

/** A request to change one aggregate, as data and pure functions. `cqrs/command/runner.ts` runs it. */
export type Command<Input extends MachineryInput, Loaded, State extends AggregateState, Code extends string, Store> = {
  /** As in `CreatePost`. */
  readonly name: string
  readonly aggregate: Aggregate<State, Store>
  readonly input: z.ZodType<Input>
  /** Every code that it rejects with, and none beside: the compiler compares them with `decide` and `taken`. */
  readonly rejections: Partial<Rejections<NoInfer<Code>>>
  /** Fields of the input that no digest of it is kept of, such as a password. */
  readonly secrets?: readonly (keyof Input & string)[]
  /** The id of the aggregate that it changes, where that is known: commands on one aggregate take turns. */
  target?(input: Input, actor: Actor): string | null | undefined
  /** Reads what `decide` must know. */
  load(store: Store, input: Input, actor: Actor): Promise<Loaded>
  /** Pure. Says no with a literal code, or answers the next state. `expectedVersion` is checked by the machinery. */
  decide(loaded: Loaded, input: Input, context: CommandContext): Decision<State, Code>
  /** Writes, in the same transaction, what belongs to the state and never leaves the write database. */
  alongside?(store: Store, committed: State, input: Input): Promise<void>
  /** What a violated unique index means, by its name. */
  readonly taken?: Readonly<Record<string, Rejection<Code>>>
}

/**
 * Defines a command. Its types follow from the aggregate, the input's rules and what `load` reads; a code that `decide`
 * or `taken` rejects with and `rejections` does not declare does not compile, nor does one that nothing rejects with.
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
 *   decide(current, _, { actor, now }) {
 *     if (!actor) return reject('UNAUTHENTICATED')
 *     if (!isThereFor(current, actor)) return reject('POST_NOT_FOUND', 'id')
 *     if (current.authorId !== actor.userId) return reject('FORBIDDEN')
 *     if (!current.draft) return unchanged(current)
 *     return accept('inkstream.post.published.v1', { ...current, draft: false, publishedAt: now, updatedAt: now })
 *   },
 * })
 */
export const command = <Input extends MachineryInput, Loaded, State extends AggregateState, Code extends string, Store>(
  definition: Command<Input, Loaded, State, Code, Store> & { readonly rejections: Rejections<NoInfer<Code>> },
): Command<Input, Loaded, State, Code, Store> => definition
