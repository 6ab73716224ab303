import { randomUUID } from 'node:crypto'

/** A command of the mix, as a mutation of its service. */
export type Mutation = {
  readonly name: 'createPost' | 'updatePost' | 'favoritePost' | 'createComment' | 'editComment'
  /** The field of the payload that has the aggregate. */
  readonly node: 'post' | 'comment'
  readonly input: (caller: Caller) => Readonly<Record<string, unknown>>
}

/** A caller that sends one command after another, with the subjects of its commands. */
export type Caller = {
  readonly userId: string
  readonly accessToken: string
  /** A post that all services know. */
  readonly postId: string
  /** The id that the first command of the caller's latest round created. The round's other commands use it. */
  latest: string
  /** How many commands this caller has sent. */
  sent: number
}

const words = 'Ink that dries slowly leaves a darker line. '
const body = words.repeat(20)
const longerBody = words.repeat(21)

let titles = 0
const run = randomUUID().slice(0, 8)

/** The commands that each caller sends in this order, repeatedly. Every command changes something. */
export const mixes = {
  posts: [
    { name: 'createPost', node: 'post', input: () => ({ title: `Bench ${run} ${++titles}`, body, tags: ['bench'] }) },
    { name: 'updatePost', node: 'post', input: ({ latest }) => ({ id: latest, body: longerBody }) },
    { name: 'favoritePost', node: 'post', input: ({ latest }) => ({ id: latest }) },
  ],
  comments: [
    { name: 'createComment', node: 'comment', input: ({ postId }) => ({ postId, body: words }) },
    { name: 'editComment', node: 'comment', input: ({ latest }) => ({ id: latest, body: words.repeat(2) }) },
  ],
} as const satisfies Record<string, readonly Mutation[]>

export type MixName = keyof typeof mixes
