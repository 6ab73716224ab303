import { commandResolvers } from '#cqrs/graphql/command-resolvers.ts'
import { DateTime } from '#cqrs/graphql/date-time.ts'
import { readId, readText, referenceId } from '#cqrs/graphql/uuid.ts'
import { unauthenticated } from '#toolkit/graphql/errors.ts'
import type { Context } from './context.ts'
import type { MutationResolvers, Resolvers } from './generated/schema.ts'
import { fromState, type PostNode } from './nodes.ts'
import { authorOf } from './read/queries/authors.ts'
import { drafts } from './read/queries/drafts.ts'
import { feed } from './read/queries/feed.ts'
import { listPosts } from './read/queries/list-posts.ts'
import { postBySlug } from './read/queries/post-by-slug.ts'
import { searchPosts } from './read/queries/search/search-posts.ts'
import { tags } from './read/queries/tags.ts'
import { excerptOf } from './shared/excerpt.ts'
import { mayDelete, mayEdit, mayHide } from './shared/permissions.ts'
import { readingMinutes } from './shared/reading-minutes.ts'
import { favoriteCommands, postCommands } from './write/commands.ts'
import { isThereFor } from './write/post.ts'

export const resolvers: Resolvers = {
  DateTime,

  Query: {
    post: async (_, { id }, { postsById }) => (await postsById.load(readId(id, 'id'))) ?? null,
    postBySlug: (_, { slug }, { read, reader }) => postBySlug(read, reader, readText(slug, 'slug')),
    posts: (_, { filter, ...page }, { read, reader }) => listPosts(read, reader, page, filter ?? {}),
    feed: (_, page, { read, reader }) => feed(read, reader, signedIn(reader), page),
    drafts: (_, page, { read, reader }) => drafts(read, reader, signedIn(reader), page),
    searchPosts: (_, { query, ...page }, { searches, reader }) => searchPosts(searches, reader, query, page),
    tags: (_, args, { read, reader }) => tags(read, reader, args),
  },

  Mutation: {
    ...commandResolvers(postCommands, ({ state }) => ({ post: fromState(state), deletedPostId: state.id })),
    // The loaded post, with the caller's new favorite state.
    ...commandResolvers(favoriteCommands, ({ state, loaded }, { caller }) => {
      // A repeated command loads the post as it is now: somebody may have hidden it since.
      const post = caller && isThereFor(loaded.post, caller) ? fromState(loaded.post) : null
      return { post: post && { ...post, viewerHasFavorited: !state.deleted } }
    }),
  } satisfies Required<MutationResolvers>,

  Post: {
    async __resolveReference(reference, { postsById }) {
      const id = referenceId(reference)
      return id === null ? null : ((await postsById.load(id)) ?? null)
    },
    author: ({ authorId, ...post }, _, { authorsById }) => authorOf(post, authorId) ?? authorsById(authorId),
    body: async ({ id, body }, _, { postsById }) => body ?? (await postsById.load(id))?.body ?? '',
    excerpt: ({ excerpt, body = '' }) => excerpt ?? excerptOf(body),
    readingMinutes: ({ readingMinutes: minutes, body = '' }) => minutes ?? readingMinutes(body),
    tags: ({ tags }) => [...tags],
    hiddenReason: ({ isHidden, hiddenReason }) => (isHidden ? hiddenReason : null),
    viewerCanHide: (post, _, { call }) => mayHide(guarded(post), call.caller),
    commentsCount: (post, _, context) => counter(post, 'commentsCount', context),
    favoritesCount: (post, _, context) => counter(post, 'favoritesCount', context),
    latestComments: async ({ id }, { first }, { latestComments }) => [...(await latestComments(id, first))],
    viewerHasFavorited: async ({ id, viewerHasFavorited }, _, { viewerFavorites }) =>
      viewerHasFavorited ?? (await viewerFavorites?.load(id)) ?? false,
    viewerCanEdit: (post, _, { call }) => mayEdit(guarded(post), call.caller),
    viewerCanDelete: (post, _, { call }) => mayDelete(guarded(post), call.caller),
  },

  Comment: {
    author: ({ authorId, ...comment }, _, { authorsById }) =>
      authorId === undefined ? null : (authorOf(comment, authorId) ?? authorsById(authorId)),
  },

  User: {
    posts(user, page, { postsOfUsers }) {
      const id = referenceId(user)
      return id === null ? null : postsOfUsers(id, page)
    },
    async postsCount(user, _, { postsCounts }) {
      const id = referenceId(user)
      return id === null ? null : ((await postsCounts.load(id)) ?? 0)
    },
  },
}

function signedIn({ userId }: Context['reader']): string {
  if (userId === null) throw unauthenticated()
  return userId
}

const guarded = ({ authorId, status }: PostNode) => ({ authorId, draft: status === 'DRAFT' })

/** A counter of a post. For a state that was just committed, it is read from the read tables. */
const counter = async (
  post: PostNode,
  name: 'commentsCount' | 'favoritesCount',
  { postsById }: Context,
): Promise<number> => post[name] ?? (await postsById.load(post.id))?.[name] ?? 0
