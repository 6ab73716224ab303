import { timeOf } from '#contracts/events/time.ts'
import { topics } from '#contracts/topics.ts'
import { projection } from '#cqrs/projection/projection.ts'
import { excerptOf } from '../../shared/excerpt.ts'
import { readingMinutes } from '../../shared/reading-minutes.ts'
import { lexemesOf } from './lexemes.ts'

/** The posts. Their counters are in `post_counts`: see the projections of comments and favorites. */
export const posts = projection({
  topic: topics.posts,
  table: 'posts',
  row(post) {
    const visible = !post.deleted
    const hidden = visible && !post.draft && post.hidden
    return {
      id: post.id,
      authorId: post.authorId,
      title: post.title,
      slug: post.slug,
      body: post.body,
      excerpt: excerptOf(post.body),
      readingMinutes: readingMinutes(post.body),
      tags: post.tags,
      formerSlugs: post.formerSlugs,
      createdAt: timeOf(post.createdAt),
      updatedAt: timeOf(post.updatedAt),
      publishedAt: timeOf(post.publishedAt ?? post.createdAt),
      visible,
      published: visible && !post.draft && !post.hidden,
      hidden,
      hiddenReason: hidden ? post.hiddenReason : '',
      lexemes: lexemesOf(post.title, post.body),
    }
  },
  counts: [
    { table: 'users', key: 'authorId', column: 'postsCount', when: (row) => row.published },
    { table: 'tags', key: 'tags', column: 'postsCount', when: (row) => row.published },
  ],
})
