import { timeOf } from '#contracts/events/time.ts'
import { topics } from '#contracts/topics.ts'
import { projection } from '#cqrs/projection/projection.ts'

/** The comments, and how many descendants each has: a deleted comment keeps its place while it has any. */
export const comments = projection({
  topic: topics.comments,
  table: 'comments',
  row: (comment) => ({
    id: comment.id,
    postId: comment.postId,
    authorId: comment.authorId,
    body: comment.hidden || comment.deleted ? '' : comment.body,
    createdAt: timeOf(comment.createdAt),
    updatedAt: timeOf(comment.updatedAt),
    ancestorIds: comment.ancestorIds,
    parentId: comment.ancestorIds.at(-1) ?? null,
    path: [...comment.ancestorIds, comment.id],
    visible: !comment.deleted,
    hidden: comment.hidden,
    hiddenReason: comment.hidden && !comment.deleted ? comment.hiddenReason : '',
  }),
  counts: [{ table: 'threads', key: 'ancestorIds', column: 'descendantsCount', when: (row) => row.visible }],
})
