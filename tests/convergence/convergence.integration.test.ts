import { create } from '@bufbuild/protobuf'
import { timestampFromMs } from '@bufbuild/protobuf/wkt'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CommentSchema } from '#contracts/events/gen/comments_pb.ts'
import { FavoriteSchema } from '#contracts/events/gen/favorites_pb.ts'
import { FollowSchema } from '#contracts/events/gen/follows_pb.ts'
import { PostSchema } from '#contracts/events/gen/posts_pb.ts'
import { UserSchema } from '#contracts/events/gen/users_pb.ts'
import { topics } from '#contracts/topics.ts'
import { assertConverges } from '#cqrs/testing/convergence.ts'
import { history } from '#cqrs/testing/interleaving.ts'
import { serviceNames } from '#subgraphs/services.ts'
import { wirings } from '#subgraphs/wirings.ts'
import { createTestDatabase } from '../support/databases.ts'

const id = (kind: number, n: number) => `0000000${kind}-0000-7000-8000-${String(n).padStart(12, '0')}`
const text = fc.string({ unit: 'grapheme', maxLength: 8 }).map((some) => some.replaceAll('\0', ''))

/** The life of an aggregate: created, changed a few times, deleted or not. */
const life = <Said>(said: fc.Arbitrary<Said>) =>
  fc.record({ said: fc.array(said, { minLength: 1, maxLength: 4 }), deleted: fc.boolean() })

const tags = fc.subarray(['ink', 'paper', '墨'])
const post = fc.record({ title: text, tags, draft: fc.boolean() })
const comment = fc.record({ body: text, hidden: fc.boolean() })
/** A pair is on or off; its two ids never change. */
const toggles = fc.array(fc.boolean(), { minLength: 1, maxLength: 4 })

/** A few of each aggregate; some refer to authors, posts or threads without any event. */
const histories = fc
  .record({
    users: fc.array(life(text), { maxLength: 3 }),
    posts: fc.array(life(post), { maxLength: 3 }),
    comments: fc.array(life(comment), { maxLength: 5 }),
    follows: fc.array(toggles, { maxLength: 3 }),
    favorites: fc.array(toggles, { maxLength: 4 }),
  })
  .map((world) => [
    ...world.users.map((one, n) =>
      history(
        topics.users,
        id(1, n),
        states(one, (bio, rest) =>
          create(UserSchema, { id: id(1, n), username: `user_${n}`, fullName: bio ?? '', bio: bio ?? '', ...rest }),
        ),
      ),
    ),
    ...world.posts.map((one, n) =>
      history(
        topics.posts,
        id(2, n),
        states(one, (said, rest) => {
          const { title = '', tags = [], draft = false } = said ?? {}
          const slugs = title === '' ? [] : [`${title}-before`]
          const state = { id: id(2, n), authorId: id(1, n % 4), title, slug: title, body: title, tags, draft }
          return create(PostSchema, { ...state, formerSlugs: slugs, ...rest })
        }),
      ),
    ),
    ...world.comments.map((one, n) =>
      history(
        topics.comments,
        id(3, n),
        states(one, (said, rest) => {
          // The third replies to the first, the fifth to the third, and the fourth to a comment without any event.
          const ancestorIds = [[], [], [id(3, 0)], [id(3, 9)], [id(3, 0), id(3, 2)]][n] ?? []
          const state = { id: id(3, n), postId: id(2, n % 4), authorId: id(1, n % 4), ancestorIds }
          return create(CommentSchema, { ...state, body: said?.body ?? '', hidden: said?.hidden ?? false, ...rest })
        }),
      ),
    ),
    ...world.follows.map((one, n) =>
      history(
        topics.follows,
        id(4, n),
        one.map((deleted) =>
          create(FollowSchema, { id: id(4, n), followerId: id(1, n), followeeId: id(1, n + 1), deleted }),
        ),
      ),
    ),
    ...world.favorites.map((one, n) =>
      history(
        topics.favorites,
        id(5, n),
        one.map((deleted) => create(FavoriteSchema, { id: id(5, n), userId: id(1, n), postId: id(2, n % 2), deleted })),
      ),
    ),
  ])

type Rest = {
  readonly deleted: boolean
  readonly createdAt: ReturnType<typeof timestampFromMs>
  readonly updatedAt: ReturnType<typeof timestampFromMs>
}

/** @param make makes the state with this content, or without any when deleted */
function states<Said, State>(
  { said, deleted }: { said: Said[]; deleted: boolean },
  make: (said: Said | undefined, rest: Rest) => State,
) {
  const at = (n: number) => ({ createdAt: timestampFromMs(0), updatedAt: timestampFromMs(n) })
  const written = said.map((one, n) => make(one, { deleted: false, ...at(n) }))
  return deleted ? [...written, make(undefined, { deleted: true, ...at(said.length) })] : written
}

/** The topics that the histories cover. */
const told = [topics.users, topics.posts, topics.comments, topics.follows, topics.favorites].map(({ name }) => name)

/** The histories of the topics that a model reads. */
const fedTo = (model: { projections: readonly { topic: { name: string } }[] }) =>
  histories.map((some) => some.filter(({ topic }) => model.projections.some((one) => one.topic.name === topic.name)))

describe('every interleaving of topics gives the same tables, and a replay changes nothing,', () => {
  const models = serviceNames.flatMap((service) => {
    const { readModel, references } = wirings[service]
    return [
      { service, side: 'read' as const, model: readModel },
      ...(references ? [{ service, side: 'write' as const, model: references }] : []),
    ]
  })

  test.each(models)(
    'in $service, on the $side side',
    async ({ service, side, model }) => {
      for (const { topic } of model.projections) expect(told).toContain(topic.name)
      const { url, schema } = await createTestDatabase(service, side)
      await assertConverges({ url, model: { schema, ...model }, histories: fedTo(model), runs: 50 })
    },
    90_000,
  )
})
