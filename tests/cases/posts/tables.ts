import { type ExpectedTable, gone, known, type Log, names, pairs, there, versions } from '../tables.ts'

/** The tables of posts, computed from the log independently of its projections. */
export function tables({ users, follows, posts, favorites, comments }: Log): readonly ExpectedTable[] {
  const published = posts.filter(({ deleted, draft, hidden }) => !deleted && !draft && !hidden)
  const commentedOn = comments.filter(there).map(({ postId }) => postId)
  const favored = favorites.filter(there).map(({ postId }) => postId)
  const tags = published.flatMap((post) => post.tags as readonly string[])
  return [
    { side: 'posts.write', table: 'posts', rows: versions(posts) },
    { side: 'posts.write', table: 'favorites', rows: versions(favorites) },
    { side: 'posts.write', table: 'users', where: known, rows: gone(users) },
    {
      side: 'posts.read',
      table: 'posts',
      where: known,
      rows: posts.map(
        ({ id, version, authorId, title, slug, body, tags, formerSlugs, deleted, draft, hidden, hiddenReason }) => ({
          ...{ id, version, authorId, title, slug, body, tags, formerSlugs },
          excerpt: excerpt(String(body)),
          readingMinutes: 1,
          visible: !deleted,
          published: !deleted && !draft && !hidden,
          hidden: !deleted && !draft && hidden,
          hiddenReason: deleted || draft || !hidden ? '' : hiddenReason,
        }),
      ),
    },
    {
      side: 'posts.read',
      table: 'post_counts',
      where: '"commentsCount" <> 0 OR "favoritesCount" <> 0',
      rows: [...new Set([...commentedOn, ...favored])].map((id) => ({
        ...{ id, version: 0 },
        commentsCount: commentedOn.filter((one) => one === id).length,
        favoritesCount: favored.filter((one) => one === id).length,
      })),
    },
    {
      side: 'posts.read',
      table: 'users',
      where: known,
      rows: names(users).map((row) => ({
        ...row,
        postsCount: published.filter(({ authorId }) => authorId === row.id).length,
      })),
    },
    {
      side: 'posts.read',
      table: 'tags',
      where: '"postsCount" <> 0',
      rows: [...new Set(tags)].map((id) => ({
        id,
        version: 0,
        postsCount: tags.filter((tag) => tag === id).length,
      })),
    },
    { side: 'posts.read', table: 'follows', where: known, rows: pairs(follows) },
    {
      side: 'posts.read',
      table: 'favorites',
      where: known,
      rows: favorites.map(({ id, version, userId, postId, deleted }) => ({
        ...{ id, version, userId, postId },
        active: !deleted,
      })),
    },
    {
      side: 'posts.read',
      table: 'comments',
      where: known,
      rows: comments.map(({ id, version, postId, authorId, body, deleted, hidden }) => ({
        ...{ id, version, postId, authorId },
        body: hidden ? '' : body,
        visible: !deleted && !hidden,
        counted: !deleted,
      })),
    },
  ]
}

/** For the bodies that these tests write: some words, or one that is far too long, without markup. */
const excerpt = (body: string): string => (body.length <= 280 ? body.replaceAll('\n', ' ') : `${body.slice(0, 279)}…`)
