import { timestampDate } from '@bufbuild/protobuf/wkt'
import { topics } from '#contracts/topics.ts'
import { projection } from '#cqrs/projection/projection.ts'

/** The comments that posts shows on its own pages, and how many each post has. */
export const comments = projection({
  topic: topics.comments,
  table: 'comments',
  row: (comment) => ({
    id: comment.id,
    postId: comment.postId,
    authorId: comment.authorId,
    body: comment.body,
    createdAt: comment.createdAt ? timestampDate(comment.createdAt) : new Date(0),
    visible: !comment.deleted,
  }),
  counts: [{ table: 'posts', key: 'postId', column: 'commentsCount', when: (row) => row.visible }],
})
