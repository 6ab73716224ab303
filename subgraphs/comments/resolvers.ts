import type { Outcome } from '#cqrs/command/runner.ts'
import { DateTime } from '#cqrs/graphql/date-time.ts'
import { payload } from '#cqrs/graphql/payload.ts'
import { isUuid, readId } from '#cqrs/graphql/uuid.ts'
import type { Resolvers } from './generated/schema.ts'
import { fromState } from './nodes.ts'
import { createComment } from './write/commands/create-comment.ts'
import { deleteComment } from './write/commands/delete-comment.ts'
import { editComment } from './write/commands/edit-comment.ts'
import { hideComment } from './write/commands/hide-comment.ts'
import type { Comment } from './write/comment.ts'

export const resolvers: Resolvers = {
  DateTime,

  Query: {
    comment: async (_, { id }, { commentsById }) => (await commentsById.load(readId(id, 'id'))) ?? null,
  },

  Mutation: {
    createComment: async (_, { input }, { run, caller }) => commentPayload(await run(createComment, input, caller)),
    editComment: async (_, { input }, { run, caller }) => commentPayload(await run(editComment, input, caller)),
    deleteComment: async (_, { input }, { run, caller }) => commentPayload(await run(deleteComment, input, caller)),
    hideComment: async (_, { input }, { run, caller }) => commentPayload(await run(hideComment, input, caller)),
  },

  Comment: {
    __resolveReference: async ({ id }, { commentsById }) =>
      isUuid(id) ? ((await commentsById.load(id.toLowerCase())) ?? null) : null,
    author({ authorId, username, fullName }, _, { authorsById }) {
      if (authorId === null) return null
      return username === undefined || fullName === undefined
        ? authorsById(authorId)
        : { id: authorId, username, fullName }
    },
    post: ({ postId }) => ({ id: postId }),
    parent: async ({ parentId }, _, { commentsById }) =>
      parentId === null ? null : ((await commentsById.load(parentId)) ?? null),
    replies: ({ id }, page, { repliesOfComments }) => repliesOfComments(id, page),
  },

  Post: {
    comments: ({ id }, page, { commentsOfPosts }) => (isUuid(id) ? commentsOfPosts(id.toLowerCase(), page) : null),
  },

  User: {
    comments: ({ id }, page, { commentsOfUsers }) => (isUuid(id) ? commentsOfUsers(id.toLowerCase(), page) : null),
  },
}

function commentPayload(outcome: Outcome<Comment>) {
  const { comment, errors } = payload('comment', outcome)
  return { comment: comment && fromState(comment), errors }
}
