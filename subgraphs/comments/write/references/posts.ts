import { topics } from '#contracts/topics.ts'
import { projection } from '#cqrs/projection/projection.ts'

/** A reference: the posts that may get comments, and their authors. In the write database, where commands read it. */
export const postReferences = projection({
  topic: topics.posts,
  table: 'posts',
  row: (post) => ({
    id: post.id,
    authorId: post.authorId,
    draft: post.draft,
    hidden: post.hidden,
    deleted: post.deleted,
  }),
})
