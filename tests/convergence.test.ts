import { create } from '@bufbuild/protobuf'
import { timestampFromMs } from '@bufbuild/protobuf/wkt'
import fc from 'fast-check'
import { describe, test } from 'vitest'
import { CommentSchema } from '#contracts/events/gen/comments_pb.ts'
import { PostSchema } from '#contracts/events/gen/posts_pb.ts'
import { UserSchema } from '#contracts/events/gen/users_pb.ts'
import { topics } from '#contracts/topics.ts'
import { assertConverges } from '#cqrs/testing/convergence.ts'
import { history } from '#cqrs/testing/interleaving.ts'
import { readModel as comments, references } from '../subgraphs/comments/wiring.ts'
import { readModel as posts } from '../subgraphs/posts/wiring.ts'
import { readModel as users } from '../subgraphs/users/wiring.ts'
import { createTestDatabase } from './databases.ts'

const id = (kind: number, n: number) => `0000000${kind}-0000-7000-8000-${String(n).padStart(12, '0')}`
const text = fc.string({ unit: 'grapheme', maxLength: 8 })
/** What becomes of an aggregate: written, changed some times, deleted or not. */
const life = fc.record({ texts: fc.array(text, { minLength: 1, maxLength: 4 }), deleted: fc.boolean() })

/** A few users, posts and comments, some by authors and on posts that are never heard of. */
const histories = fc
  .record({
    users: fc.array(life, { maxLength: 3 }),
    posts: fc.array(life, { maxLength: 3 }),
    comments: fc.array(life, { maxLength: 5 }),
  })
  .map((world) => [
    ...world.users.map((one, n) =>
      history(
        topics.users,
        id(1, n),
        states(one, (bio, rest) =>
          create(UserSchema, { id: id(1, n), username: `user_${n}`, fullName: bio, bio, ...rest }),
        ),
      ),
    ),
    ...world.posts.map((one, n) =>
      history(
        topics.posts,
        id(2, n),
        states(one, (title, rest) =>
          create(PostSchema, { id: id(2, n), authorId: id(1, n % 4), title, slug: title, body: title, ...rest }),
        ),
      ),
    ),
    ...world.comments.map((one, n) =>
      history(
        topics.comments,
        id(3, n),
        states(one, (body, rest) =>
          create(CommentSchema, { id: id(3, n), postId: id(2, n % 4), authorId: id(1, n % 4), body, ...rest }),
        ),
      ),
    ),
  ])

type Rest = {
  readonly deleted: boolean
  readonly createdAt: ReturnType<typeof timestampFromMs>
  readonly updatedAt: ReturnType<typeof timestampFromMs>
}

function states<State>(
  { texts, deleted }: { texts: string[]; deleted: boolean },
  make: (text: string, rest: Rest) => State,
) {
  const at = (n: number) => ({ createdAt: timestampFromMs(0), updatedAt: timestampFromMs(n) })
  const written = texts.map((text, n) => make(text.replaceAll('\0', ''), { deleted: false, ...at(n) }))
  return deleted ? [...written, make('', { deleted: true, ...at(texts.length) })] : written
}

/** The histories of the topics that a model is fed by. */
const fedTo = (model: { projections: readonly { topic: { name: string } }[] }) =>
  histories.map((some) => some.filter(({ topic }) => model.projections.some((one) => one.topic.name === topic.name)))

describe('every interleaving of topics gives the same tables, and a replay changes nothing,', () => {
  test.each([
    ['users', 'read', users],
    ['posts', 'read', posts],
    ['comments', 'read', comments],
    ['comments', 'write', references],
  ] as const)('in %s, %s side', async (service, side, model) => {
    const { url, schema } = await createTestDatabase(service, side)
    await assertConverges({ url, model: { schema, ...model }, histories: fedTo(model), runs: 50 })
  })
})
