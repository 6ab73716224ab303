import { timeOf } from '#contracts/events/time.ts'
import { topics } from '#contracts/topics.ts'
import { projection } from '#cqrs/projection/projection.ts'

/** The comments that posts shows on its own pages, and how many each post has: hidden ones count and are not shown. */
export const comments = projection({
  topic: topics.comments,
  table: 'comments',
  row(comment) {
    const visible = !comment.deleted && !comment.hidden
    return {
      id: comment.id,
      postId: comment.postId,
      authorId: comment.authorId,
      body: visible ? comment.body : '',
      createdAt: timeOf(comment.createdAt),
      visible,
      counted: !comment.deleted,
    }
  },
  counts: [{ table: 'post_counts', key: 'postId', column: 'commentsCount', when: (row) => row.counted }],
})
