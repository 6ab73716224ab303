import { expect, vi } from 'vitest'
import { author, errors, type Fields, key, pageInfo, pagesAround, soon } from '../fields.ts'

export const fields: Fields = {
  async write({ ask, answer, made }) {
    const comment = async (parent?: string): Promise<string> =>
      vi.waitFor(async () => {
        const reply = parent === undefined ? '' : `parentId: "${parent}",`
        const { createComment } = await answer(
          ask,
          `mutation { createComment(input: { postId: "${made.post}", ${reply} body: "So it does.", ${key()} }) { comment { id body } ${errors} } }`,
        )
        return createComment.comment.id
      }, soon)
    const top = await comment()
    const reply = await comment(top)
    const [hidden, shown, deleted] = [await comment(), await comment(), await comment()]
    Object.assign(made, { comment: top, reply, hidden, shown })
    await answer(
      ask,
      `mutation {
         editComment(input: { id: "${reply}", body: "It does.", expectedVersion: 1, ${key()} }) { comment { body version } ${errors} }
         hideComment(input: { id: "${hidden}", reason: "r", ${key()} }) { comment { isHidden body } ${errors} }
         hidden: hideComment(input: { id: "${shown}", reason: "r" }) { errors { code } }
         unhideComment(input: { id: "${shown}", ${key()} }) { comment { isHidden body } ${errors} }
         deleteComment(input: { id: "${deleted}", expectedVersion: 1, ${key()} }) { comment { isDeleted } ${errors} }
       }`,
    )
  },

  async read({ ask, answer, made }) {
    const { user, post, comment: top, reply, hidden, shown } = made
    const about = `id body ${author} isDeleted isHidden hiddenReason createdAt updatedAt version depth parentId viewerCanEdit viewerCanDelete viewerCanHide viewerCanReply`
    const nodes = `edges { cursor node { id } } nodes { ${about} post { id } parent { id } replies(first: 5) { nodes { id parent { id } } ${pageInfo} } } ${pageInfo}`
    const seen = await vi.waitFor(async () => {
      const data = await answer(
        ask,
        `{
           user(id: "${user}") { comments(first: 10) { edges { cursor node { id } } ${pageInfo} } }
           userByUsername(username: "${made.username}") { comments(last: 1) { nodes { id } ${pageInfo} } }
           post(id: "${post}") { comments(first: 10) { ${nodes} } thread(first: 2) { edges { cursor } nodes { ${about} } ${pageInfo} } }
           postBySlug(slug: "${made.slug}") { comments(last: 1) { nodes { id } ${pageInfo} } }
           comments(first: 1, filter: { hidden: true }) { edges { cursor } nodes { ${about} } ${pageInfo} }
           comment(id: "${reply}") { ${about} parent { id } post { id title } }
         }`,
      )
      expect(data.post.comments.nodes).toMatchObject([
        { id: top, replies: { nodes: [{ id: reply, parent: { id: top } }] } },
        { id: hidden, body: '', isHidden: true, hiddenReason: 'r' },
        { id: shown, body: 'So it does.', isHidden: false },
      ])
      expect(data.comments.nodes).toMatchObject([{ id: hidden, hiddenReason: 'r' }])
      expect(data.post.thread.nodes).toMatchObject([
        { id: top, depth: 0, parentId: null },
        { id: reply, depth: 1, parentId: top },
      ])
      expect(data.comment).toMatchObject({
        ...{ id: reply, body: 'It does.', parent: { id: top }, post: { id: post } },
        author: { avatarUrl: 'https://example.org/a.png' },
      })
      return data
    }, soon)
    for (const at of pagesAround)
      await answer(
        ask,
        `{
           user(id: "${user}") { comments(${at(seen.user.comments)}) { totalCount } }
           post(id: "${post}") { comments(${at(seen.post.comments)}) { totalCount } }
         }`,
      )
    const [after] = pagesAround
    const { replies } = seen.post.comments.nodes[0]
    await answer(
      ask,
      `{ post(id: "${post}") { thread(${after(seen.post.thread)}) { nodes { id } } } comments(${after(seen.comments)}) { nodes { id } } }`,
    )
    await answer(ask, `{ comment(id: "${top}") { replies(${after(replies)}) { edges { cursor } totalCount } } }`)
  },
}
