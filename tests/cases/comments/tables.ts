import { type ExpectedTable, gone, known, type Log, names, there, versions } from '../tables.ts'

/** The tables of comments, computed from the log independently of its projections. */
export function tables({ users, posts, comments }: Log): readonly ExpectedTable[] {
  const replies = comments.filter(there).flatMap(({ ancestorIds }) => ancestorIds as readonly string[])
  return [
    { side: 'comments.write', table: 'comments', rows: versions(comments) },
    {
      side: 'comments.write',
      table: 'posts',
      where: known,
      rows: posts.map(({ id, version, authorId, draft, hidden, deleted }) => ({
        ...{ id, version, authorId, draft, hidden, deleted },
      })),
    },
    { side: 'comments.write', table: 'users', where: known, rows: gone(users) },
    { side: 'comments.read', table: 'users', where: known, rows: names(users) },
    {
      side: 'comments.read',
      table: 'comments',
      where: known,
      rows: comments.map(({ id, version, postId, authorId, ancestorIds, body, deleted, hidden, hiddenReason }) => ({
        ...{ id, version, postId, authorId, ancestorIds, hidden },
        parentId: (ancestorIds as readonly string[]).at(-1) ?? null,
        path: [...(ancestorIds as readonly string[]), id],
        body: hidden ? '' : body,
        hiddenReason: deleted ? '' : hiddenReason,
        visible: !deleted,
      })),
    },
    {
      side: 'comments.read',
      table: 'threads',
      where: '"descendantsCount" <> 0',
      rows: [...new Set(replies)].map((id) => ({
        id,
        version: 0,
        descendantsCount: replies.filter((one) => one === id).length,
      })),
    },
    {
      side: 'comments.read',
      table: 'posts',
      where: known,
      rows: posts.map(({ id, version, authorId, deleted, draft, hidden }) => ({
        ...{ id, version, authorId },
        visible: !deleted,
        published: !deleted && !draft && !hidden,
        hidden: !deleted && !draft && hidden,
      })),
    },
  ]
}
