import type { ListedTopic } from '../broker/topics.ts'

/** What every aggregate's state has. `version` is the one loaded, 0 before the first save. */
export type AggregateState = { readonly id: string; readonly version: number }

/** A name that no two aggregates may have at once, in a column that is null when the aggregate is deleted. */
export type UniqueName<State, Store> = {
  readonly column: string
  /** Who has the name that this state has, and the name for people to read. Undefined when nobody has it. */
  holder(store: Store, state: State): Promise<{ readonly id: string; readonly name: string } | undefined>
}

/** How aggregates are kept: one row of one table of the write database each. */
type Stored<State extends AggregateState, Store> = {
  /** As in `Post`. */
  readonly name: string
  /** Its table in the write database. */
  readonly table: string
  readonly unique?: UniqueName<State, Store>
  /** Whether nothing personal is left in the state: then what earlier commands answered is forgotten. */
  erased?(state: State): boolean
  find(store: Store, id: string): Promise<State | undefined>
  /** The states of those ids that are there, in any order. */
  findMany(store: Store, ids: readonly string[]): Promise<readonly State[]>
  /**
   * Writes the state as `version`: a new row when `state.version` is 0, else over the row that still has
   * `state.version`. Answers false when no row has.
   */
  save(store: Store, state: State, version: number): Promise<boolean>
  /**
   * Writes what else follows from a state that was read back from the log, in the transaction that saves it.
   * @param state undefined when the aggregate is removed: the log has none of it
   */
  restored?(store: Store, id: string, state: State | undefined): Promise<void>
}

/** The unit of consistency: one row of one table, one key of one topic. */
export type Aggregate<State extends AggregateState, Store> = Stored<State, Store> & {
  readonly topic: ListedTopic
  /** The state as it goes into the log. */
  encode(state: State): Uint8Array
  /**
   * The state that was encoded, from a record of any release.
   * @param version the record's: it becomes the one loaded. @throws when the value is no such state
   */
  decode(value: Uint8Array, version: number): State
}

/**
 * Defines an aggregate; `message` maps its state to the message of its topic, and `state` maps it back, from a record of
 * any release.
 * @example
 * export const favorite = aggregate({
 *   name: 'Favorite',
 *   table: 'favorites',
 *   topic: topics.favorites,
 *   message: (state: Favorite) => create(FavoriteSchema, { id: state.id, postId: state.postId, deleted: state.deleted }),
 *   state: (message, version) => ({ id: message.id, version, postId: message.postId, deleted: message.deleted }),
 *   find: (store: Store, id) => store.favorite(id),
 *   findMany: (store, ids) => store.favorites(ids),
 *   save: (store, state, version) => store.saveFavorite(state, version),
 * })
 */
export const aggregate = <State extends AggregateState, Store, Message>({
  topic,
  message,
  state,
  ...stored
}: Stored<State, Store> & {
  readonly topic: ListedTopic<Message>
  message(state: State): Message
  state(message: Message, version: number): State
}): Aggregate<State, Store> => ({
  ...stored,
  topic,
  encode: (current) => topic.encode(message(current)),
  decode: (value, version) => state(topic.decode(value), version),
})
