/** Why a command was not accepted. A value, never an exception. */
export type Rejection<Code extends string = string> = {
  readonly rejected: Code
  /** The path of the input field that caused it, outermost first; empty when no single field did. */
  readonly path: readonly string[]
  /** A message for the client, when the code's own message is not specific enough. */
  readonly message?: string
}

/** The aggregate's next state, with the loaded version (0 when it is new), and the type of the event. */
export type Acceptance<State> = { readonly type: string; readonly state: State }

/** Nothing needs to change: the command is accepted and writes nothing. The state is a saved one. */
export type Unchanged<State> = { readonly unchanged: State }

export type Decision<State, Code extends string> = Acceptance<State> | Unchanged<State> | Rejection<Code>

/** Rejects any command of a caller whose account is deleted: their access token stays valid until it expires. */
export const accountIsGone: Rejection<'UNAUTHENTICATED'> & { readonly message: string } = {
  rejected: 'UNAUTHENTICATED',
  path: [],
  message: 'Your account is gone: sign in with another, or sign up.',
}

/**
 * Rejects the command. Nothing is written, and the client gets the code with its message.
 * @param path names of input fields, outermost first
 * @example
 * if (!caller) return reject('UNAUTHENTICATED')
 * if (!post) return reject('POST_NOT_FOUND', 'id')
 */
export const reject = <const Code extends string>(code: Code, ...path: string[]): Rejection<Code> => ({
  rejected: code,
  path,
})

/**
 * Accepts the command with the next state and the event to record. Keep the loaded `version` in the state, 0 for a new
 * aggregate.
 * @param type the event's type, such as `inkstream.post.created.v1`
 * @example
 * return accept('inkstream.post.updated.v1', { ...current, title, updatedAt: now })
 */
export const accept = <State>(type: string, state: State): Acceptance<State> => ({ type, state })

/**
 * Accepts a command that changes nothing: the client gets the state, and nothing is written.
 * @example
 * if (current.body === body) return unchanged(current)
 */
export const unchanged = <State>(state: State): Unchanged<State> => ({ unchanged: state })
