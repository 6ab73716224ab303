import { DateTime } from '#cqrs/graphql/date-time.ts'
import { payload } from '#cqrs/graphql/payload.ts'
import { isUuid, readId, readText } from '#cqrs/graphql/uuid.ts'
import type { Resolvers } from './generated/schema.ts'
import { placeholder } from './read/queries/authors.ts'
import { listPosts, postBySlug } from './read/queries/posts.ts'
import { createPost } from './write/commands/create-post.ts'
import { deletePost } from './write/commands/delete-post.ts'
import { updatePost } from './write/commands/update-post.ts'

export const resolvers: Resolvers = {
  DateTime,

  Query: {
    post: async (_, { id }, { postsById }) => (await postsById.load(readId(id, 'id'))) ?? null,
    postBySlug: (_, { slug }, { read }) => postBySlug(read, readText(slug, 'slug')),
    posts: (_, { filter, ...page }, { read }) =>
      listPosts(read, page, filter?.authorId == null ? undefined : readId(filter.authorId, 'filter.authorId')),
  },

  Mutation: {
    createPost: async (_, { input }, { run, caller }) => payload('post', await run(createPost, input, caller)),
    updatePost: async (_, { input }, { run, caller }) => payload('post', await run(updatePost, input, caller)),
    async deletePost(_, { input }, { run, caller }) {
      const { post, errors } = payload('post', await run(deletePost, input, caller))
      return { deletedPostId: post?.id ?? null, errors }
    },
  },

  Post: {
    __resolveReference: async ({ id }, { postsById }) => (isUuid(id) ? ((await postsById.load(id)) ?? null) : null),
    author: async ({ authorId }, _, { authorsById }) =>
      authorId === null ? null : ((await authorsById.load(authorId)) ?? placeholder(authorId)),
    commentsCount: async (post, _, { postsById }) =>
      post.commentsCount ?? (await postsById.load(post.id))?.commentsCount ?? 0,
    latestComments: async ({ id }, { first }, { latestComments }) => [...(await latestComments(id, first))],
  },

  Comment: {
    author: async ({ authorId }, _, { authorsById }) =>
      authorId === undefined ? null : ((await authorsById.load(authorId)) ?? placeholder(authorId)),
  },

  User: {
    posts: ({ id }, page, { postsOfUsers }) => (isUuid(id) ? postsOfUsers(id, page) : null),
  },
}
