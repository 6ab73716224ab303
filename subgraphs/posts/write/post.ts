import { create } from '@bufbuild/protobuf'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { PostSchema } from '#contracts/events/gen/posts_pb.ts'
import { timeOf } from '#contracts/events/time.ts'
import { topics } from '#contracts/topics.ts'
import { aggregate } from '#cqrs/command/aggregate.ts'
import type { RejectionText } from '#cqrs/command/rejections.ts'
import type { Caller } from '#toolkit/trust/caller.ts'
import { isModerator } from '../shared/roles.ts'
import type { Post } from './states.ts'
import type { Store } from './store.ts'

export const post = aggregate({
  name: 'Post',
  table: 'posts',
  topic: topics.posts,
  message: (state: Post) =>
    create(PostSchema, {
      id: state.id,
      authorId: state.authorId,
      title: state.title,
      slug: state.slug,
      body: state.body,
      tags: [...state.tags],
      draft: state.draft,
      formerSlugs: [...state.formerSlugs],
      hidden: state.hidden,
      hiddenReason: state.hiddenReason,
      createdAt: timestampFromDate(state.createdAt),
      updatedAt: timestampFromDate(state.updatedAt),
      deleted: state.deleted,
      ...(state.publishedAt ? { publishedAt: timestampFromDate(state.publishedAt) } : {}),
    }),
  state: (message, version) => ({
    id: message.id,
    version,
    authorId: message.authorId,
    title: message.title,
    slug: message.slug,
    body: message.body,
    tags: message.tags,
    draft: message.draft,
    // Records older than drafts lack this time: those posts were published when they were created.
    publishedAt: message.publishedAt || !message.draft ? timeOf(message.publishedAt ?? message.createdAt) : null,
    formerSlugs: message.formerSlugs,
    hidden: message.hidden,
    hiddenReason: message.hiddenReason,
    createdAt: timeOf(message.createdAt),
    updatedAt: timeOf(message.updatedAt),
    deleted: message.deleted,
  }),
  erased: ({ deleted }) => deleted,
  unique: {
    column: 'titleKey',
    holder: async (store: Store, { authorId, title, deleted }) =>
      deleted ? undefined : store.holderOfTitle(authorId, title),
  },
  find: (store: Store, id) => store.post(id),
  findMany: (store, ids) => store.posts(ids),
  save: (store, state, version) => store.savePost(state, version),
})

/**
 * Whether a post exists for this caller: only its author may learn that a draft exists, and only its author and
 * moderators that a hidden post does.
 */
export const isThereFor = (post: Post | undefined, caller: NonNullable<Caller>): post is Post =>
  post !== undefined &&
  !post.deleted &&
  (post.authorId === caller.userId || (!post.draft && (!post.hidden || isModerator(caller))))

export const POST_NOT_FOUND: RejectionText = {
  message: 'There is no such post.',
  meaning: "no such post, it is deleted, it is somebody else's draft, or a moderator has hidden it",
  advice: 'goes back',
}

/** Reported when the unique index of titles is violated. */
export const POST_TITLE_TAKEN: RejectionText = {
  message: 'You have a post with this title: choose another.',
  meaning: 'the author has a post with this title',
  advice: 'asks for another',
}
