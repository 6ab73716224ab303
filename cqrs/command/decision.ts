/** Why a command was not accepted: a value, never an exception. */
export type Rejection<Code extends string = string> = {
  readonly rejected: Code
  /** The input field it is about, outermost first; empty when it is about none. */
  readonly path: readonly string[]
  /** A sentence for the client, where the one of the code says too little. */
  readonly message?: string
}

/** The aggregate's next state, with the version that was loaded (0 when it is new), and what happened. */
export type Acceptance<State> = { readonly type: string; readonly state: State }

/** What was asked for is so already: accepted, with nothing to write. The state is a saved one. */
export type Unchanged<State> = { readonly unchanged: State }

export type Decision<State, Code extends string> = Acceptance<State> | Unchanged<State> | Rejection<Code>

/** Every command refuses a caller whose account is deleted by this: their access token is good until it expires. */
export const accountIsGone: Rejection<'UNAUTHENTICATED'> & { readonly message: string } = {
  rejected: 'UNAUTHENTICATED',
  path: [],
  message: 'Your account is gone: sign in with another, or sign up.',
}

/**
 * Says no. Nothing is written then, and the client gets the code with its message.
 * @param path names of input fields, outermost first
 * @example
 * if (!actor) return reject('UNAUTHENTICATED')
 * if (!post) return reject('POST_NOT_FOUND', 'id')
 */
export const reject = <const Code extends string>(code: Code, ...path: string[]): Rejection<Code> => ({
  rejected: code,
  path,
})

/**
 * The next state, and the event that is recorded with it. The state's `version` stays the one that was loaded, 0 for a new
 * aggregate.
 * @param type what happened, such as `inkstream.post.created.v1`
 * @example
 * return accept('inkstream.post.updated.v1', { ...current, title, updatedAt: now })
 */
export const accept = <State>(type: string, state: State): Acceptance<State> => ({ type, state })

/**
 * What was asked for is so already: the client gets the state, and nothing is written.
 * @example
 * if (current.body === body) return unchanged(current)
 */
export const unchanged = <State>(state: State): Unchanged<State> => ({ unchanged: state })
