import type { ListedTopic } from '../broker/topics.ts'

/** What every aggregate's state has. `version` is the one loaded, 0 before the first save. */
export type AggregateState = { readonly id: string; readonly version: number }

/** The unit of consistency: one row of one table of the write database, one key of one topic. */
export type Aggregate<State extends AggregateState, Store> = {
  /** As in `Post`. */
  readonly name: string
  /** Its table in the write database. */
  readonly table: string
  readonly topic: { readonly name: string }
  /** The state as it goes into the log. */
  encode(state: State): Uint8Array
  /**
   * The state that was encoded, from a record of any release.
   * @param version the record's: it becomes the one loaded. @throws when the value is no such state
   */
  decode(value: Uint8Array, version: number): State
  /** Whether nothing personal is left in the state: then what earlier commands answered is forgotten. */
  erased?(state: State): boolean
  find(store: Store, id: string): Promise<State | undefined>
  /**
   * Writes the state as `version`: a new row when `state.version` is 0, else over the row that still has
   * `state.version`. Answers false when no row has.
   */
  save(store: Store, state: State, version: number): Promise<boolean>
}

/** Defines an aggregate; `message` maps its state to the message of its topic, and `state` maps it back. */
export const aggregate = <State extends AggregateState, Store, Message>({
  topic,
  message,
  state,
  ...rest
}: {
  readonly name: string
  readonly table: string
  readonly topic: ListedTopic<Message>
  message(state: State): Message
  state(message: Message, version: number): State
  erased?(state: State): boolean
  find(store: Store, id: string): Promise<State | undefined>
  save(store: Store, state: State, version: number): Promise<boolean>
}): Aggregate<State, Store> => ({
  ...rest,
  topic,
  encode: (current) => topic.encode(message(current)),
  decode: (value, version) => state(topic.decode(value), version),
})
