import { randomBytes } from 'node:crypto'
import { Presets, SingleBar } from 'cli-progress'
import { type Client, createClient } from './client.ts'
import { type Author, openAccount } from './people.ts'
import { createWords, type Words } from './words.ts'

export type Options = {
  readonly posts: number
  /** Comments of each post, on average. */
  readonly comments: number
  readonly authors: number
  /** Concurrent requests. */
  readonly callers: number
  readonly seed: number
}

/** Commands in one operation: below the gateway's limit of aliases. */
const TOGETHER = 10
/** How many posts an author favors, and how many authors they follow. */
const FAVORITES = 50
const FOLLOWS = 10

/** One run. Its random name keeps its accounts and keys apart from those of other runs. */
type Run = { readonly name: string; readonly client: Client; readonly words: Words; readonly options: Options }

/** Writes authors, posts, comments, follows and favorites by real commands. @throws when the gateway rejects them */
export async function seed(url: string, options: Options): Promise<void> {
  const client = createClient(url)
  const run: Run = { name: randomBytes(3).toString('hex'), client, words: createWords(options.seed), options }
  const began = performance.now()
  try {
    const authors = await writeAuthors(run)
    const posts = await writePosts(run, authors)
    const comments = await writeComments(run, authors, posts)
    await writePairs(run, authors, posts)
    const seconds = (performance.now() - began) / 1_000
    console.log(
      `${authors.length} authors, ${posts.length} posts and ${comments} comments in ${seconds.toFixed(0)} s; ` +
        `they sign in as seed-${run.name}-0@inkstream.example and so on.`,
    )
  } finally {
    await client.close()
  }
}

async function writeAuthors({ name, client, options }: Run): Promise<readonly Author[]> {
  return inParallel('authors', Math.min(4, options.callers), range(options.authors), (n) =>
    openAccount(client, name, n),
  )
}

async function writePosts(
  { name, client, words, options }: Run,
  authors: readonly Author[],
): Promise<readonly string[]> {
  const inputs = range(options.posts).map((n) => ({
    // The number makes an author's titles unique.
    title: `${words.title()} ${n}`,
    body: words.text(60 + words.below(200)),
    tags: words.tags(),
    idempotencyKey: `seed-${name}-post-${n}-once`,
  }))
  const written = await inParallel(
    'posts',
    options.callers,
    chunks(inputs),
    async (some, at) => {
      const author = authors[at % authors.length] as Author
      return client.run('createPost', 'post', some, await author.token())
    },
    size,
  )
  return written.flat().map(({ node }) => node?.id ?? '')
}

async function writeComments(
  { name, client, words, options }: Run,
  authors: readonly Author[],
  posts: readonly string[],
): Promise<number> {
  const total = options.posts * options.comments
  const write = async (bar: string, inputs: readonly object[]) => {
    const written = await inParallel(
      bar,
      options.callers,
      chunks(inputs.map((input, n) => ({ ...input, idempotencyKey: `seed-${name}-${bar}-${n}-once` }))),
      async (some, at) => {
        const author = authors[at % authors.length] as Author
        return client.run('createComment', 'comment', some, await author.token())
      },
      size,
    )
    return written.flat().map(({ node }) => node?.id ?? '')
  }
  const answers = Math.floor(total / 5)
  const comments = range(total - answers).map((n) => ({
    // A few posts have many comments, and most have some.
    postId: posts[words.below(4) === 0 ? words.below(Math.ceil(posts.length / 20)) : n % posts.length],
    body: words.text(5 + words.below(30)),
  }))
  const ids = await write('comments', comments)
  await write(
    'answers',
    range(answers).map(() => {
      const answered = words.below(words.below(4) === 0 ? Math.ceil(ids.length / 100) : ids.length)
      return { postId: comments[answered]?.postId, parentId: ids[answered], body: words.text(5 + words.below(30)) }
    }),
  )
  return total
}

async function writePairs(
  { name, client, words, options }: Run,
  authors: readonly Author[],
  posts: readonly string[],
): Promise<void> {
  const key = (what: string, n: number, other: number) => `seed-${name}-${what}-${n}-${other}-once`
  await inParallel('follows and favorites', options.callers, authors, async (author, n) => {
    const followed = range(Math.min(FOLLOWS, authors.length - 1)).map((more) => (n + 1 + more) % authors.length)
    const follows = followed.map((other) => ({ userId: authors[other]?.id, idempotencyKey: key('follow', n, other) }))
    for (const some of chunks(follows)) await client.run('followUser', 'user', some, await author.token())
    const favored = [...new Set(range(Math.min(FAVORITES, posts.length)).map(() => words.below(posts.length)))]
    const favorites = favored.map((post) => ({ id: posts[post], idempotencyKey: key('favorite', n, post) }))
    for (const some of chunks(favorites)) await client.run('favoritePost', 'post', some, await author.token())
  })
}

const range = (length: number) => Array.from({ length }, (_, n) => n)
const size = (some: readonly object[]) => some.length
const chunks = <T>(all: readonly T[]): T[][] =>
  range(Math.ceil(all.length / TOGETHER)).map((n) => all.slice(n * TOGETHER, (n + 1) * TOGETHER))

/**
 * Processes all items, `callers` at a time, with a progress bar.
 * @param weigh how far an item moves the bar
 */
async function inParallel<Work, Result>(
  name: string,
  callers: number,
  all: readonly Work[],
  work: (one: Work, at: number) => Promise<Result>,
  weigh: (one: Work) => number = () => 1,
): Promise<Result[]> {
  const bar = new SingleBar(
    {
      format: `${name.padEnd(21)} {bar} {value}/{total}  {eta_formatted} left`,
      noTTYOutput: true,
      notTTYSchedule: 10_000,
    },
    Presets.shades_classic,
  )
  bar.start(
    all.reduce((sum, one) => sum + weigh(one), 0),
    0,
  )
  const results: Result[] = []
  let next = 0
  const caller = async () => {
    for (let at = next++; at < all.length; at = next++) {
      const one = all[at] as Work
      results[at] = await work(one, at)
      bar.increment(weigh(one))
    }
  }
  try {
    await Promise.all(range(callers).map(caller))
    return results
  } finally {
    next = all.length // stops the other callers when one has failed
    bar.stop()
  }
}
