import { randomUUID } from 'node:crypto'
import { Agent, request } from 'undici'
import { graphqlUrl } from './config.ts'
import { environment } from './environment.ts'

const TRIES = 200
/** How long a post may take to become visible before the measurement fails, in milliseconds. */
const GIVE_UP_MS = 5_000

/**
 * Measures the time from createPost's reply to the first `post(id)` through the gateway that returns the post, polled
 * without pause: outbox, relay, Kafka, projector, query.
 */
export async function visible(): Promise<void> {
  const url = graphqlUrl(environment())
  const dispatcher = new Agent({ connections: 1 })
  let accessToken: string | undefined
  const ask = async (query: string, variables: object) => {
    const { body } = await request(url, {
      dispatcher,
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(accessToken !== undefined && { authorization: `Bearer ${accessToken}` }),
      },
      body: JSON.stringify({ query, variables }),
    }).catch((error: Error) => {
      throw new Error(`Nothing answers at ${url} (${error.message}). Start the system first: npm start`)
    })
    return (await body.json()) as {
      data?: Record<string, { post?: { id: string }; session?: { accessToken: string } } | null>
      errors?: unknown
    }
  }

  const username = `bench_${randomUUID().slice(0, 8)}`
  const account = { email: `${username}@inkstream.example`, password: 'how long until it shows' }
  const author = await ask(
    'mutation($input: CreateUserInput!) { createUser(input: $input) { session { accessToken } errors { code } } }',
    { input: { username, fullName: 'Bench', ...account } },
  )
  accessToken = author.data?.createUser?.session?.accessToken
  if (!accessToken) throw new Error(`createUser failed: ${JSON.stringify(author)}`)

  const create = async (n: number) => {
    const reply = await ask(
      'mutation($input: CreatePostInput!) { createPost(input: $input) { post { id } errors { code } } }',
      {
        input: { title: `Bench ${n}`, body: 'How long until it shows?' },
      },
    )
    const id = reply.data?.createPost?.post?.id
    if (!id) throw new Error(`createPost failed: ${JSON.stringify(reply)}`)
    return id
  }

  const times: number[] = []
  for (let n = -20; n < TRIES; n++) {
    const id = await create(n)
    const began = performance.now()
    while (!(await ask('query($id: ID!) { post(id: $id) { id } }', { id })).data?.post)
      if (performance.now() - began > GIVE_UP_MS)
        throw new Error(`post ${id} did not show within ${GIVE_UP_MS / 1000} s`)
    if (n >= 0) times.push(performance.now() - began) // the first ones are the warm-up
  }
  await dispatcher.close()
  times.sort((a, b) => a - b)
  const at = (quantile: number) => times[Math.ceil(quantile * times.length) - 1]?.toFixed(1)
  console.log(
    `visible after a createPost, ${TRIES} tries: median ${at(0.5)} ms, p90 ${at(0.9)} ms, p99 ${at(0.99)} ms, most ${at(1)} ms`,
  )
}
