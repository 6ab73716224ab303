/** Why a command was not accepted: a value, never an exception. */
export type Rejection<Code extends string = string> = {
  readonly rejected: Code
  /** The input field it is about, outermost first; empty when it is about none. */
  readonly path: readonly string[]
}

/** The aggregate's next state, with the version that was loaded (0 when it is new), and what happened. */
export type Acceptance<State> = { readonly type: string; readonly state: State }

export type Decision<State, Code extends string> = Acceptance<State> | Rejection<Code>

/** @param path names of input fields, outermost first */
export const reject = <const Code extends string>(code: Code, ...path: string[]): Rejection<Code> => ({
  rejected: code,
  path,
})

/** @param type what happened, such as `inkstream.post.created.v1` */
export const accept = <State>(type: string, state: State): Acceptance<State> => ({ type, state })
