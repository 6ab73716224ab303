import { beforeAll, expect, test } from 'vitest'
import { useSubgraph } from './subgraph.fixture.ts'
import { caller, comment, commentId, post, postId, user, userId } from './world.fixture.ts'

const { project, ask } = useSubgraph()
const ada = caller(2)
const moderator = caller(5, 'moderator')

beforeAll(() => project(user(1), user(2), post(1), post(2, { draft: true })))

const fields = `errors { code path } comment {
  id version body isDeleted isHidden hiddenReason post { id } parent { id } replies { totalCount } author { id username fullName avatarUrl } }`
const send = async (name: string, input: object, caller: Parameters<typeof ask>[2]) => {
  const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`
  const { data, errors } = await ask(
    `mutation($input: ${type}!) { it: ${name}(input: $input) { ${fields} } }`,
    { input },
    caller,
  )
  expect(errors).toBeUndefined()
  return data.it
}
const created = async (input: object = {}, caller = ada) =>
  (await send('createComment', { postId: postId(1), body: 'So it is.', ...input }, caller)).comment

test("a payload is the committed state, with its author's name from the read tables", async () => {
  expect(await created()).toMatchObject({
    version: 1,
    body: 'So it is.',
    isDeleted: false,
    isHidden: false,
    post: { id: postId(1) },
    parent: null,
    replies: { totalCount: 0 },
    author: { id: userId(2), username: 'user_2', fullName: 'User 2', avatarUrl: 'https://example.org/2.png' },
  })
})

test('an author who is not in the read tables yet has the placeholder name', async () =>
  expect((await created({}, caller(9))).author).toEqual({
    id: userId(9),
    username: 'unknown',
    fullName: 'Anonymous',
    avatarUrl: null,
  }))

test('a reply has its parent as soon as the read tables have the parent', async () => {
  const above = await created()
  expect((await created({ parentId: above.id })).parent).toBeNull()
  await project(comment(1, { id: above.id }))
  expect((await created({ parentId: above.id })).parent).toEqual({ id: above.id })
})

test('an edited comment has its new text', async () => {
  const { id } = await created()
  expect((await send('editComment', { id, body: 'Or not.', expectedVersion: 1 }, ada)).comment).toMatchObject({
    body: 'Or not.',
    version: 2,
  })
})

test('a hidden comment shows no text, as in queries', async () => {
  const { id } = await created()
  const { comment } = await send('hideComment', { id, reason: 'spam' }, moderator)
  expect(comment).toMatchObject({
    body: '',
    isHidden: true,
    hiddenReason: 'spam',
    version: 2,
    author: { id: userId(2) },
  })
  expect((await send('hideComment', { id, reason: 'spam' }, moderator)).comment).toMatchObject({ version: 2 })
})

test('a comment that is shown again has the text that its author wrote', async () => {
  const { id } = await created()
  await send('hideComment', { id, reason: 'spam' }, moderator)
  const shown = { body: 'So it is.', isHidden: false, hiddenReason: null, version: 3 }
  for (const _ of ['shown', 'unchanged'])
    expect((await send('unhideComment', { id }, moderator)).comment).toMatchObject(shown)
})

test('a deleted comment shows neither text nor author', async () => {
  const { id } = await created()
  expect((await send('deleteComment', { id }, ada)).comment).toMatchObject({
    id,
    body: '',
    isDeleted: true,
    author: null,
  })
})

test('a command loads its input from the references and the write database', async () => {
  const { id } = await created()
  const rejected = async (name: string, input: object, caller: Parameters<typeof ask>[2]) => {
    const { comment, errors } = await send(name, input, caller)
    expect(comment).toBeNull()
    return errors
  }
  expect(await rejected('createComment', { postId: postId(2), body: 'b' }, ada)).toEqual([
    { code: 'POST_NOT_FOUND', path: ['postId'] },
  ])
  expect(await rejected('createComment', { postId: postId(1), parentId: commentId(2), body: 'b' }, ada)).toEqual([
    { code: 'PARENT_NOT_FOUND', path: ['parentId'] },
  ])
  expect(await rejected('editComment', { id: commentId(2), body: 'b' }, ada)).toEqual([
    { code: 'COMMENT_NOT_FOUND', path: ['id'] },
  ])
  expect(await rejected('deleteComment', { id }, caller(1))).toEqual([{ code: 'FORBIDDEN', path: [] }])
  expect(await rejected('unhideComment', { id: commentId(2) }, moderator)).toEqual([
    { code: 'COMMENT_NOT_FOUND', path: ['id'] },
  ])
  expect(await rejected('hideComment', { id, reason: 'r' }, null)).toEqual([{ code: 'UNAUTHENTICATED', path: [] }])
})

test('a payload and a query say the same of what the caller may do', async () => {
  const may = 'viewerCanEdit viewerCanDelete viewerCanHide viewerCanReply'
  const commented = async () => (await created()).id as string
  const cases = [
    ['editComment', { body: 'Or not.' }, ada, {}],
    ['hideComment', { reason: 'spam' }, moderator, { hidden: true, hiddenReason: 'spam' }],
    ['deleteComment', {}, ada, { deleted: true }],
    ['deleteComment', {}, moderator, { deleted: true }],
  ] as const
  for (const [name, input, by, state] of cases) {
    const id = await commented()
    const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`
    const { data } = await ask(
      `mutation($input: ${type}!) { it: ${name}(input: $input) { comment { ${may} } } }`,
      { input: { id, ...input } },
      by,
    )
    // A deleted comment is only seen while there are replies.
    const n = 1_000 + Number(`0x${id.slice(-4)}`)
    await project(comment(1, { id, ...state }, 2), comment(n, { postId: postId(1), ancestorIds: [id] }))
    const read = await ask(`query($id: ID!) { comment(id: $id) { ${may} } }`, { id }, by)
    expect([name, read.data.comment]).toEqual([name, data.it.comment])
    expect(Object.values(read.data.comment)).toContainEqual(!('deleted' in state))
  }
})

test('a thread grows to eight levels and no further', async () => {
  let parentId: string | undefined
  for (let level = 1; level <= 8; level++) parentId = (await created({ parentId })).id
  expect(await send('createComment', { postId: postId(1), parentId, body: 'b' }, ada)).toEqual({
    comment: null,
    errors: [{ code: 'THREAD_TOO_DEEP', path: ['parentId'] }],
  })
})
