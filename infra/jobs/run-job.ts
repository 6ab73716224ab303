/** Runs a one-time job: exit code 0, or 1 with a message that says what is wrong. */
export async function runJob(job: () => Promise<unknown>): Promise<void> {
  try {
    await job()
  } catch (error) {
    console.error((error as Error).message)
    process.exitCode = 1
  }
}
