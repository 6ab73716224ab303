import { timeOf } from '#contracts/events/time.ts'
import { topics } from '#contracts/topics.ts'
import { projection } from '#cqrs/projection/projection.ts'

/** The comments that this service shows below posts, and how many each post has. Hidden ones are counted, not shown. */
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
