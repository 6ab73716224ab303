import { topics } from '#contracts/topics.ts'
import { projection } from '#cqrs/projection/projection.ts'

/** A reference: which posts a comment may be about, and whose. Lies in the write database, beside what decides on it. */
export const postReferences = projection({
  topic: topics.posts,
  table: 'posts',
  row: (post) => ({ id: post.id, authorId: post.authorId, draft: post.draft, deleted: post.deleted }),
})
