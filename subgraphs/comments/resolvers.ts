import { commandResolvers } from '#cqrs/graphql/command-resolvers.ts'
import { DateTime } from '#cqrs/graphql/date-time.ts'
import { readId, referenceId } from '#cqrs/graphql/uuid.ts'
import { forbidden, unauthenticated } from '#toolkit/graphql/errors.ts'
import type { MutationResolvers, Resolvers } from './generated/schema.ts'
import { factsOf, fromState } from './nodes.ts'
import { authorOf } from './read/queries/authors.ts'
import { mayDelete, mayEdit, mayHide, mayReadReason, mayReply } from './shared/permissions.ts'
import { isModerator } from './shared/roles.ts'
import { commentCommands } from './write/commands.ts'

export const resolvers: Resolvers = {
  DateTime,

  Query: {
    comment: async (_, { id }, { commentsById }) => (await commentsById.load(readId(id, 'id'))) ?? null,
    comments(_, { filter, ...page }, { call, listComments }) {
      if (!call.caller) throw unauthenticated()
      if (!isModerator(call.caller)) throw forbidden()
      return listComments(page, filter ?? {})
    },
  },

  Mutation: {
    ...commandResolvers(commentCommands, ({ state }) => ({ comment: fromState(state) })),
  } satisfies Required<MutationResolvers>,

  Comment: {
    async __resolveReference(reference, { commentsById }) {
      const id = referenceId(reference)
      return id === null ? null : ((await commentsById.load(id)) ?? null)
    },
    author: ({ authorId, ...comment }, _, { authorsById }) =>
      authorId === null ? null : (authorOf(comment, authorId) ?? authorsById(authorId)),
    post: ({ postId }) => ({ id: postId }),
    parent: async ({ parentId }, _, { commentsById }) =>
      parentId === null ? null : ((await commentsById.load(parentId)) ?? null),
    depth: ({ path }) => path.length - 1,
    hiddenReason: (comment, _, { call }) => (mayReadReason(call.caller, factsOf(comment)) ? comment.reason : null),
    viewerCanEdit: (comment, _, { call }) => mayEdit(call.caller, factsOf(comment)),
    viewerCanDelete: (comment, _, { call }) => mayDelete(call.caller, factsOf(comment)),
    viewerCanHide: (comment, _, { call }) => mayHide(call.caller, factsOf(comment)),
    viewerCanReply: (comment, _, { call }) => mayReply(call.caller, factsOf(comment)),
    replies: ({ id }, page, { repliesOfComments }) => repliesOfComments(id, page),
  },

  Post: {
    comments(post, page, { commentsOfPosts }) {
      const id = referenceId(post)
      return id === null ? null : commentsOfPosts(id, page)
    },
    thread(post, page, { threadsOfPosts }) {
      const id = referenceId(post)
      return id === null ? null : threadsOfPosts(id, page)
    },
  },

  User: {
    comments(user, page, { commentsOfUsers }) {
      const id = referenceId(user)
      return id === null ? null : commentsOfUsers(id, page)
    },
  },
}
