import { topics } from '#contracts/topics.ts'
import { projection } from '#cqrs/projection/projection.ts'

/** Which posts are there, and for whom: their comments are seen by those who see them. */
export const posts = projection({
  topic: topics.posts,
  table: 'posts',
  row: (post) => ({
    id: post.id,
    authorId: post.authorId,
    visible: !post.deleted,
    published: !post.deleted && !post.draft,
  }),
})
