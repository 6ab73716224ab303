/**
 * Waits for an answer, up to a time limit.
 * @param what the start of the error message, for example "Kafka does not answer"
 * @throws after `ms` milliseconds; `work` itself continues, and its outcome is ignored
 */
export async function within<Result>(ms: number, what: string, work: Promise<Result>): Promise<Result> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`${what} within ${ms / 1_000} s`)), ms)
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
