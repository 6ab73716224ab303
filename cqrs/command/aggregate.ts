import type { ListedTopic } from '../broker/topics.ts'

/** The fields of every aggregate's state. `version` is the loaded one, 0 before the first save. */
export type AggregateState = { readonly id: string; readonly version: number }

/** A name that must be unique among aggregates. Its column is null when the aggregate is deleted. */
export type UniqueName<State, Store> = {
  readonly column: string
  /** The aggregate that has this state's name, and the name in readable form. Undefined when the name is free. */
  holder(store: Store, state: State): Promise<{ readonly id: string; readonly name: string } | undefined>
}

/** How aggregates are stored: each is one row of one table in the write database. */
type Stored<State extends AggregateState, Store> = {
  /** For example `Post`. */
  readonly name: string
  /** Its table in the write database. */
  readonly table: string
  readonly unique?: UniqueName<State, Store>
  /** Whether the state no longer holds personal data. Then the stored answers of earlier commands are erased too. */
  erased?(state: State): boolean
  find(store: Store, id: string): Promise<State | undefined>
  /** The states of the ids that exist, in any order. */
  findMany(store: Store, ids: readonly string[]): Promise<readonly State[]>
  /**
   * Writes the state as `version`: inserts a row when `state.version` is 0, else updates the row that still has
   * `state.version`. Returns false when no row has it.
   */
  save(store: Store, state: State, version: number): Promise<boolean>
  /**
   * Writes data derived from a state that was restored from the log, in the transaction that saves the state.
   * @param state undefined when the aggregate is removed because the log does not contain it
   */
  restored?(store: Store, id: string, state: State | undefined): Promise<void>
}

/** The unit of consistency: one row of one table, one key of one topic. */
export type Aggregate<State extends AggregateState, Store> = Stored<State, Store> & {
  readonly topic: ListedTopic
  /** Encodes the state for the log. */
  encode(state: State): Uint8Array
  /**
   * Decodes a state from a record of any release.
   * @param version the record's version; it becomes the loaded version. @throws when the value cannot be decoded
   */
  decode(value: Uint8Array, version: number): State
}

/**
 * Defines an aggregate. `message` maps its state to the message of its topic; `state` maps a message of any release
 * back.
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
