import { openAuthor, quantile, untilVisible } from './author.ts'

const TRIES = 200

/**
 * Measures the time from createPost's reply to the first `post(id)` through the gateway that returns the post, polled
 * without pause: outbox, relay, Kafka, projector, query.
 */
export async function visible(): Promise<void> {
  const author = await openAuthor()
  const times: number[] = []
  for (let n = -20; n < TRIES; n++) {
    const { id } = await author.createPost(`Bench ${n}`)
    const took = await untilVisible(author, id)
    if (n >= 0) times.push(took) // the first ones are the warm-up
  }
  await author.close()
  const at = (part: number) => quantile(times, part).toFixed(1)
  console.log(
    `visible after a createPost, ${TRIES} tries: median ${at(0.5)} ms, p90 ${at(0.9)} ms, p99 ${at(0.99)} ms, most ${at(1)} ms`,
  )
}
