import type { Outcome } from '#cqrs/command/runner.ts'
import { DateTime } from '#cqrs/graphql/date-time.ts'
import { unauthenticated } from '#cqrs/graphql/errors.ts'
import { payload } from '#cqrs/graphql/payload.ts'
import { isUuid, readId, readText } from '#cqrs/graphql/uuid.ts'
import type { Context } from './context.ts'
import type { Resolvers } from './generated/schema.ts'
import { fromState, type PostNode } from './nodes.ts'
import { drafts } from './read/queries/drafts.ts'
import { feed } from './read/queries/feed.ts'
import { listPosts } from './read/queries/list-posts.ts'
import { postBySlug } from './read/queries/post-by-slug.ts'
import { searchPosts } from './read/queries/search/search-posts.ts'
import { tags } from './read/queries/tags.ts'
import { createPost } from './write/commands/create-post.ts'
import { deletePost } from './write/commands/delete-post.ts'
import { favoritePost } from './write/commands/favorite-post.ts'
import { publishPost } from './write/commands/publish-post.ts'
import { unfavoritePost } from './write/commands/unfavorite-post.ts'
import { updatePost } from './write/commands/update-post.ts'
import type { Favorite } from './write/favorite.ts'
import type { Post } from './write/post.ts'

export const resolvers: Resolvers = {
  DateTime,

  Query: {
    post: async (_, { id }, { postsById }) => (await postsById.load(readId(id, 'id'))) ?? null,
    postBySlug: (_, { slug }, { read, reader }) => postBySlug(read, reader, readText(slug, 'slug')),
    posts: (_, { filter, ...page }, { read, reader }) => listPosts(read, reader, page, filter ?? {}),
    feed: (_, page, { read, reader }) => feed(read, reader, signedIn(reader), page),
    drafts: (_, page, { read, reader }) => drafts(read, reader, signedIn(reader), page),
    searchPosts: (_, { query, ...page }, { searches, reader }) => searchPosts(searches, reader, query, page),
    tags: (_, { first }, { read }) => tags(read, first),
  },

  Mutation: {
    createPost: async (_, { input }, { run, caller }) => postPayload(await run(createPost, input, caller)),
    updatePost: async (_, { input }, { run, caller }) => postPayload(await run(updatePost, input, caller)),
    publishPost: async (_, { input }, { run, caller }) => postPayload(await run(publishPost, input, caller)),
    async deletePost(_, { input }, { run, caller }) {
      const { post, errors } = payload('post', await run(deletePost, input, caller))
      return { deletedPostId: post?.id ?? null, errors }
    },
    favoritePost: async (_, { input }, { run, caller }) => favoritePayload(await run(favoritePost, input, caller)),
    unfavoritePost: async (_, { input }, { run, caller }) => favoritePayload(await run(unfavoritePost, input, caller)),
  },

  Post: {
    __resolveReference: async (reference, { postsById }) => {
      const id = idOf(reference)
      return id === null ? null : ((await postsById.load(id)) ?? null)
    },
    author: ({ authorId, username, fullName }, _, { authorsById }) =>
      username === undefined || fullName === undefined ? authorsById(authorId) : { id: authorId, username, fullName },
    tags: ({ tags }) => [...tags],
    commentsCount: (post, _, context) => counter(post, 'commentsCount', context),
    favoritesCount: (post, _, context) => counter(post, 'favoritesCount', context),
    latestComments: async ({ id }, { first }, { latestComments }) => [...(await latestComments(id, first))],
    viewerHasFavorited: async ({ id, viewerHasFavorited }, _, { viewerFavorites }) =>
      viewerHasFavorited ?? (await viewerFavorites?.load(id)) ?? false,
  },

  Comment: {
    author({ authorId, username, fullName }, _, { authorsById }) {
      if (authorId === undefined) return null
      return username === undefined || fullName === undefined
        ? authorsById(authorId)
        : { id: authorId, username, fullName }
    },
  },

  User: {
    posts(user, page, { postsOfUsers }) {
      const id = idOf(user)
      return id === null ? null : postsOfUsers(id, page)
    },
    async postsCount(user, _, { postsCounts }) {
      const id = idOf(user)
      return id === null ? null : ((await postsCounts.load(id)) ?? 0)
    },
  },
}

/** The id that a client referred to, in lower case as the tables have it; null when it is not a UUID. */
const idOf = ({ id }: { readonly id: string }): string | null => (isUuid(id) ? id.toLowerCase() : null)

function signedIn({ userId }: Context['reader']): string {
  if (userId === null) throw unauthenticated()
  return userId
}

function postPayload(outcome: Outcome<Post>) {
  const { post, errors } = payload('post', outcome)
  return { post: post && fromState(post), errors }
}

/** The post as it was loaded, with what the caller has just made of it. */
function favoritePayload(outcome: Outcome<Favorite, string, { readonly post: Post | undefined }>) {
  const { favorite, errors } = payload('favorite', outcome)
  const loaded = outcome.status === 'accepted' ? outcome.loaded.post : undefined
  const post = loaded ? fromState(loaded) : null
  return { post: favorite && post && { ...post, viewerHasFavorited: !favorite.deleted }, errors }
}

/** A counter of a post; of a state that was just committed, what the read tables say of it so far. */
const counter = async (
  post: PostNode,
  name: 'commentsCount' | 'favoritesCount',
  { postsById }: Context,
): Promise<number> => post[name] ?? (await postsById.load(post.id))?.[name] ?? 0
