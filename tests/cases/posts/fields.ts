import { expect, vi } from 'vitest'
import { author, errors, type Fields, key, pageInfo, pagesAround, soon } from '../fields.ts'

const nodes = `edges { cursor node { id } } nodes { id } ${pageInfo}`

export const fields: Fields = {
  async write({ ask, other, answer, made }) {
    const { createPost, draft, hidden } = await answer(
      ask,
      `mutation {
         createPost(input: { title: "On ink", body: "It dries.", tags: ["ink"], status: PUBLISHED, ${key()} }) { post { id slug title body excerpt readingMinutes status tags publishedAt } ${errors} }
         draft: createPost(input: { title: "Not yet", body: "b", status: DRAFT }) { post { id status } ${errors} }
         hidden: createPost(input: { title: "Not any more", body: "b" }) { post { id isHidden hiddenReason viewerCanHide } ${errors} }
       }`,
    )
    Object.assign(made, { post: createPost.post.id, slug: createPost.post.slug, draft: draft.post.id })
    Object.assign(made, { hiddenPost: hidden.post.id })
    await answer(
      ask,
      `mutation {
         updatePost(input: { id: "${made.post}", title: "On old ink", body: "It has dried.", tags: ["ink", "old"], expectedVersion: 1, ${key()} }) { post { title } ${errors} }
         publishPost(input: { id: "${made.draft}", expectedVersion: 1, ${key()} }) { post { publishedAt status } ${errors} }
         favoritePost(input: { id: "${made.post}", ${key()} }) { post { id viewerHasFavorited } ${errors} }
         hidePost(input: { id: "${made.hiddenPost}", reason: "r", expectedVersion: 1, ${key()} }) { post { isHidden } ${errors} }
         unhidePost(input: { id: "${made.hiddenPost}", expectedVersion: 2, ${key()} }) { post { isHidden } ${errors} }
         again: hidePost(input: { id: "${made.hiddenPost}", reason: "copied" }) { post { hiddenReason } ${errors} }
       }`,
    )
    await answer(other.ask, `mutation { createPost(input: { title: "By another", body: "b" }) { ${errors} } }`)
  },

  async read({ ask, answer, made }) {
    const { user: id, post } = made
    const about = `id slug title body excerpt readingMinutes status tags ${author} commentsCount favoritesCount viewerHasFavorited viewerCanEdit viewerCanDelete createdAt updatedAt publishedAt version isHidden hiddenReason viewerCanHide`
    const seen = await vi.waitFor(async () => {
      const data = await answer(
        ask,
        `{
           viewer { postsCount }
           user(id: "${id}") { posts(first: 10) { ${nodes} } }
           userByUsername(username: "${made.username}") { posts(last: 1) { nodes { id } ${pageInfo} } }
           post(id: "${post}") { ${about} latestComments(first: 3) { id body createdAt ${author} } }
           postBySlug(slug: "${made.slug}") { id }
           posts(first: 10, filter: { authorId: "${id}", tag: "ink", favoritedBy: "${id}" }) { ${nodes} }
           hidden: posts(filter: { hidden: true }) { nodes { id isHidden hiddenReason viewerCanHide } totalCount }
           feed(first: 10) { nodes { title ${author} } ${pageInfo} }
           drafts(first: 10) { nodes { id } ${pageInfo} }
           searchPosts(query: "old ink", first: 10) { edges { cursor } nodes { id } ${pageInfo} }
           tags(first: 10) { name postsCount }
           some: tags(startingWith: "OL") { name }
         }`,
      )
      expect(data).toMatchObject({
        viewer: { postsCount: 2 },
        post: {
          ...{
            title: 'On old ink',
            excerpt: 'It has dried.',
            readingMinutes: 1,
            commentsCount: 4,
            favoritesCount: 1,
            viewerHasFavorited: true,
            viewerCanEdit: true,
            viewerCanDelete: true,
            version: 2,
          },
          author: { avatarUrl: 'https://example.org/a.png' },
          // The newest was hidden, and is shown again.
          latestComments: [
            { id: made.shown, body: 'So it does.' },
            { id: made.reply, author: { avatarUrl: 'https://example.org/a.png' } },
            { id: made.comment },
          ],
        },
        postBySlug: { id: post },
        posts: { nodes: [{ id: post }] },
        hidden: {
          nodes: [{ id: made.hiddenPost, isHidden: true, hiddenReason: 'copied', viewerCanHide: true }],
          totalCount: 1,
        },
        feed: { nodes: [{ title: 'By another' }] },
        searchPosts: { nodes: [{ id: post }] },
        some: [{ name: 'old' }],
        tags: [
          { name: 'ink', postsCount: 1 },
          { name: 'old', postsCount: 1 },
        ],
      })
      return data
    }, soon)
    for (const at of pagesAround)
      await answer(
        ask,
        `{ posts(${at(seen.posts)}) { totalCount } user(id: "${id}") { posts(${at(seen.user.posts)}) { totalCount } } }`,
      )
    const [after] = pagesAround
    await answer(
      ask,
      `{
         feed(${after(seen.feed)}) { totalCount }
         drafts(after: null) { totalCount }
         searchPosts(query: "old ink", ${after(seen.searchPosts)}) { totalCount }
       }`,
    )
  },

  async end({ ask, answer, made }) {
    await answer(
      ask,
      `mutation {
         unfavoritePost(input: { id: "${made.post}", ${key()} }) { post { viewerHasFavorited } ${errors} }
         deletePost(input: { id: "${made.draft}", expectedVersion: 2, ${key()} }) { deletedPostId ${errors} }
       }`,
    )
  },
}
