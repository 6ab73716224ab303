import { topics } from '#contracts/topics.ts'
import { projection } from '#cqrs/projection/projection.ts'

/** Which posts exist and who may see them: whoever sees a post sees its comments. */
export const posts = projection({
  topic: topics.posts,
  table: 'posts',
  row: (post) => ({
    id: post.id,
    authorId: post.authorId,
    visible: !post.deleted,
    published: !post.deleted && !post.draft && !post.hidden,
    hidden: !post.deleted && !post.draft && post.hidden,
  }),
})
