import { timestampDate } from '@bufbuild/protobuf/wkt'
import { topics } from '#contracts/topics.ts'
import { projection } from '#cqrs/projection/projection.ts'

/** The posts themselves. `commentsCount` is kept by the projection of comments. */
export const posts = projection({
  topic: topics.posts,
  table: 'posts',
  row: (post) => ({
    id: post.id,
    authorId: post.authorId,
    title: post.title,
    slug: post.slug,
    body: post.body,
    createdAt: post.createdAt ? timestampDate(post.createdAt) : new Date(0),
    updatedAt: post.updatedAt ? timestampDate(post.updatedAt) : new Date(0),
    visible: !post.deleted,
  }),
})
