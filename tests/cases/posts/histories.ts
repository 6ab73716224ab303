import { create } from '@bufbuild/protobuf'
import fc from 'fast-check'
import { FavoriteSchema } from '#contracts/events/gen/favorites_pb.ts'
import { PostSchema } from '#contracts/events/gen/posts_pb.ts'
import { topics } from '#contracts/topics.ts'
import { history } from '#cqrs/testing/interleaving.ts'
import { type Histories, idOf, life, states, text, toggles } from '../histories.ts'

const post = fc.record({
  title: text,
  tags: fc.subarray(['ink', 'paper', '墨']),
  draft: fc.boolean(),
  hidden: fc.boolean(),
})

export const histories: Histories = {
  topics: [topics.posts, topics.favorites],
  some: fc
    .record({ posts: fc.array(life(post), { maxLength: 3 }), favorites: fc.array(toggles, { maxLength: 4 }) })
    .map(({ posts, favorites }) => [
      ...posts.map((one, n) => {
        const id = idOf.post(n)
        const made = states(one, (said, rest) => {
          const { title = '', tags = [], draft = false, hidden = false } = said ?? {}
          const formerSlugs = title === '' ? [] : [`${title}-before`]
          const state = { id, authorId: idOf.user(n % 4), title, slug: title, body: title, tags, draft, formerSlugs }
          return create(PostSchema, { ...state, hidden, hiddenReason: hidden ? title : '', ...rest })
        })
        return history(topics.posts, id, made)
      }),
      ...favorites.map((one, n) => {
        const pair = { id: idOf.favorite(n), userId: idOf.user(n), postId: idOf.post(n % 2) }
        const made = one.map((deleted) => create(FavoriteSchema, { ...pair, deleted }))
        return history(topics.favorites, pair.id, made)
      }),
    ]),
}
