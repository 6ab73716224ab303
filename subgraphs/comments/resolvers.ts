import { DateTime } from '#cqrs/graphql/date-time.ts'
import { payload } from '#cqrs/graphql/payload.ts'
import { isUuid, readId } from '#cqrs/graphql/uuid.ts'
import type { Resolvers } from './generated/schema.ts'
import { placeholder } from './read/queries/authors.ts'
import { createComment } from './write/commands/create-comment.ts'

export const resolvers: Resolvers = {
  DateTime,

  Query: {
    comment: async (_, { id }, { commentsById }) => (await commentsById.load(readId(id, 'id'))) ?? null,
  },

  Mutation: {
    createComment: async (_, { input }, { run, caller }) => payload('comment', await run(createComment, input, caller)),
  },

  Comment: {
    __resolveReference: async ({ id }, { commentsById }) =>
      isUuid(id) ? ((await commentsById.load(id)) ?? null) : null,
    author: async ({ authorId }, _, { authorsById }) =>
      authorId === null ? null : ((await authorsById.load(authorId)) ?? placeholder(authorId)),
    post: ({ postId }) => (postId === null ? null : { id: postId }),
  },

  Post: {
    comments: ({ id }, page, { commentsOfPosts }) => (isUuid(id) ? commentsOfPosts(id, page) : null),
  },

  User: {
    comments: ({ id }, page, { commentsOfUsers }) => (isUuid(id) ? commentsOfUsers(id, page) : null),
  },
}
