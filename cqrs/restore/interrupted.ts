/** The restore was interrupted. Commands stay refused until it is run again to its end. */
export class RestoreInterrupted extends Error {
  override name = 'RestoreInterrupted'
  constructor(cause: Error) {
    super(`${cause.message}. It ended in between: commands stay refused until this is run again, to its end.`, {
      cause,
    })
  }
}
