import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { topics } from '#contracts/topics.ts'
import { favoriteId } from './shared/favorite-id.ts'
import { user, userId } from './states.fixture.ts'
import { openSubgraph } from './subgraph.fixture.ts'

/** Users are Ada (1) and Bob (2). No relay or projector runs here: payloads must not need the read tables. */
let subgraph: Awaited<ReturnType<typeof openSubgraph>>
beforeAll(async () => {
  subgraph = await openSubgraph()
  await subgraph.project(topics.users, user(1, 'ada'), user(2, 'bob'))
})
afterAll(() => subgraph.close())

const fields = `id version slug title body excerpt readingMinutes status tags author { id username avatarUrl } commentsCount favoritesCount
  viewerHasFavorited viewerCanEdit viewerCanDelete latestComments { id } publishedAt isHidden hiddenReason viewerCanHide`

async function mutate(name: string, input: Record<string, unknown>, as?: number, ...roles: string[]) {
  const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`
  const selected = name === 'deletePost' ? 'deletedPostId' : `post { ${fields} }`
  const { data, errors } = await subgraph.ask(
    `mutation($input: ${type}!) { it: ${name}(input: $input) { ${selected} errors { code path } } }`,
    { input },
    as,
    ...roles,
  )
  expect(errors).toEqual([])
  return data.it
}

const rejected = (code: string, ...path: string[]) => ({ post: null, errors: [{ code, path }] })

test('a slug and tags have no invisible characters', async () => {
  const { post } = await mutate('createPost', { title: 'I ❤️ tea', body: 'b', tags: ['❤️', 'in\u200bk'] }, 1)
  expect(post).toMatchObject({
    slug: expect.stringMatching(/^i-tea-[0-9a-f]{8}$/),
    title: 'I ❤️ tea',
    tags: ['❤', 'ink'],
  })
  const { post: renamed } = await mutate('updatePost', { id: post.id, title: 'I ☕️ coffee' }, 1)
  expect(renamed.slug).toMatch(/^i-coffee-[0-9a-f]{8}$/)
})

test('a new post is returned with all fields before any read table has it', async () => {
  const { post, errors } = await mutate('createPost', { title: 'On Ink', body: 'It *dries*.', tags: ['Ink'] }, 1)
  expect(errors).toEqual([])
  expect(post).toEqual({
    id: expect.any(String),
    version: 1,
    slug: expect.stringMatching(/^on-ink-[0-9a-f]{8}$/),
    title: 'On Ink',
    body: 'It *dries*.',
    excerpt: 'It dries.',
    readingMinutes: 1,
    status: 'PUBLISHED',
    tags: ['ink'],
    author: { id: userId(1), username: 'ada', avatarUrl: 'https://example.org/1.png' },
    commentsCount: 0,
    favoritesCount: 0,
    viewerHasFavorited: false,
    viewerCanEdit: true,
    viewerCanDelete: true,
    latestComments: [],
    publishedAt: expect.any(String),
    isHidden: false,
    hiddenReason: null,
    viewerCanHide: false,
  })
})

test('a draft is created, changed, published twice and deleted', async () => {
  const { post } = await mutate('createPost', { title: 'A draft', body: 'b', status: 'DRAFT' }, 1)
  expect(post).toMatchObject({ status: 'DRAFT', publishedAt: null })
  const { id } = post
  expect((await mutate('updatePost', { id, title: '墨水' }, 1)).post.slug).toMatch(/^墨水-/)
  expect((await mutate('publishPost', { id }, 1)).post).toMatchObject({ status: 'PUBLISHED', version: 3 })
  expect((await mutate('publishPost', { id }, 1)).post).toMatchObject({ status: 'PUBLISHED', version: 3 })
  expect(await mutate('deletePost', { id }, 1)).toEqual({ deletedPostId: id, errors: [] })
  expect(await mutate('deletePost', { id }, 1)).toEqual({
    deletedPostId: null,
    errors: [{ code: 'POST_NOT_FOUND', path: ['id'] }],
  })
})

test('a title can be used once by each author, drafts included, and again after its post is deleted', async () => {
  const input = { title: 'Once', body: 'b' }
  const { post } = await mutate('createPost', { ...input, status: 'DRAFT' }, 1)
  expect((await mutate('createPost', input, 2)).errors).toEqual([])
  expect(await mutate('createPost', input, 1)).toEqual(rejected('POST_TITLE_TAKEN', 'title'))
  const other = await mutate('createPost', { ...input, title: 'Twice' }, 1)
  expect(await mutate('updatePost', { id: other.post.id, title: 'Once' }, 1)).toEqual(
    rejected('POST_TITLE_TAKEN', 'title'),
  )
  await mutate('deletePost', { id: post.id }, 1)
  expect((await mutate('createPost', input, 1)).errors).toEqual([])
})

test('an update that changes nothing is accepted, and records nothing', async () => {
  const said = { title: 'The same', body: 'b', tags: ['ink'] }
  const { id } = (await mutate('createPost', said, 1)).post
  for (const input of [{}, said])
    expect(await mutate('updatePost', { id, ...input }, 1)).toMatchObject({ post: { id, version: 1 }, errors: [] })
  expect(await subgraph.events(id)).toEqual(['inkstream.post.created.v1'])
})

test('a repeated command returns null for a post that was deleted since', async () => {
  const key = (name: string) => ({ idempotencyKey: `${name}, deleted since` })
  const create = { title: 'Deleted since', body: 'b', status: 'DRAFT', ...key('createPost') }
  const { id } = (await mutate('createPost', create, 1)).post
  const changes = (['updatePost', 'publishPost', 'favoritePost', 'unfavoritePost'] as const).map(
    (name) => [name, { id, ...(name === 'updatePost' ? { body: 'c' } : {}), ...key(name) }] as const,
  )
  for (const [name, input] of changes) expect((await mutate(name, input, 1)).post).toMatchObject({ id })
  const deletion = { id, ...key('deletePost') }
  for (let time = 0; time < 2; time++)
    expect(await mutate('deletePost', deletion, 1)).toEqual({ deletedPostId: id, errors: [] })
  for (const [name, input] of [['createPost', create] as const, ...changes])
    expect(await mutate(name, input, 1), name).toEqual({ post: null, errors: [] })
})

describe('a hidden post', () => {
  const hide = async (id: string) => mutate('hidePost', { id, reason: 'Copied.' }, 3, 'moderator')

  test('is changed and deleted by its author, and stays hidden until a moderator shows it', async () => {
    const { id, publishedAt } = (await mutate('createPost', { title: 'To hide', body: 'b' }, 1)).post
    const state = { status: 'PUBLISHED', isHidden: true, hiddenReason: 'Copied.', publishedAt }
    expect((await hide(id)).post).toMatchObject({ ...state, version: 2, viewerCanHide: true })
    expect((await hide(id)).post).toMatchObject({ ...state, version: 2 })
    const repaired = { id, title: 'To show', body: 'c' }
    expect((await mutate('updatePost', repaired, 1)).post).toMatchObject({ ...state, body: 'c', viewerCanHide: false })
    expect((await mutate('publishPost', { id }, 1)).post).toMatchObject({ ...state, version: 3 })
    expect(await mutate('updatePost', { id, title: 'Mine' }, 2)).toEqual(rejected('POST_NOT_FOUND', 'id'))
    expect(await mutate('unhidePost', { id }, 1)).toEqual(rejected('FORBIDDEN'))
    expect((await mutate('unhidePost', { id, expectedVersion: 3 }, 3, 'moderator')).post).toMatchObject({
      ...{ ...state, isHidden: false, hiddenReason: null },
      ...{ title: 'To show', version: 4, viewerCanHide: true },
    })
    await hide(id)
    expect(await mutate('deletePost', { id }, 1)).toEqual({ deletedPostId: id, errors: [] })
    expect(await hide(id)).toEqual(rejected('POST_NOT_FOUND', 'id'))
    expect(await subgraph.events(id)).toEqual(
      ['created', 'hidden', 'updated', 'unhidden', 'hidden', 'deleted'].map((type) => `inkstream.post.${type}.v1`),
    )
  })

  test('is not returned to somebody who repeats a favorite of it', async () => {
    const { id } = (await mutate('createPost', { title: 'Favored before', body: 'b' }, 1)).post
    const inputs = ['favoritePost', 'unfavoritePost'].map(
      (name) => [name, { id, idempotencyKey: `${name}, hidden` }] as const,
    )
    for (const [name, input] of inputs) expect((await mutate(name, input, 2)).post).toMatchObject({ id })
    await hide(id)
    for (const [name, input] of inputs) expect(await mutate(name, input, 2), name).toEqual({ post: null, errors: [] })
    expect(await mutate('favoritePost', { id }, 2)).toEqual(rejected('POST_NOT_FOUND', 'id'))
    expect((await mutate('favoritePost', { id }, 1)).post).toMatchObject({ id, isHidden: true })
  })
})

describe('a favorite', () => {
  test('can begin and end any number of times, and the payload shows it at once', async () => {
    const { id } = (await mutate('createPost', { title: 'Favored', body: 'b' }, 1)).post
    for (const [name, viewerHasFavorited] of [
      ['unfavoritePost', false],
      ['favoritePost', true],
      ['favoritePost', true],
      ['unfavoritePost', false],
      ['unfavoritePost', false],
      ['favoritePost', true],
    ] as const)
      expect((await mutate(name, { id }, 2)).post).toMatchObject({ id, title: 'Favored', viewerHasFavorited })
  })

  test('is created once by many concurrent requests', async () => {
    const ids: string[] = []
    for (let n = 0; n < 10; n++)
      ids.push((await mutate('createPost', { title: `Favored at once ${n}`, body: 'b' }, 1)).post.id)
    const answers = await Promise.all(ids.flatMap((id) => [1, 2, 3].map(() => mutate('favoritePost', { id }, 2))))
    expect(answers.map(({ post }) => post.viewerHasFavorited)).toEqual(Array(30).fill(true))
    for (const id of ids)
      expect(await subgraph.events(favoriteId(userId(2), id))).toEqual(['inkstream.favorite.created.v1'])
  })

  test("of another's draft, or of a missing post, is refused", async () => {
    const { id } = (await mutate('createPost', { title: 'Secret', body: 'b', status: 'DRAFT' }, 1)).post
    expect(await mutate('favoritePost', { id }, 2)).toEqual(rejected('POST_NOT_FOUND', 'id'))
    expect(await mutate('favoritePost', { id: userId(9) }, 2)).toEqual(rejected('POST_NOT_FOUND', 'id'))
    expect((await mutate('favoritePost', { id }, 1)).errors).toEqual([])
  })
})

test.each([
  ['createPost', { title: 't', body: 'b' }],
  ['updatePost', { id: userId(9) }],
  ['publishPost', { id: userId(9) }],
  ['hidePost', { id: userId(9), reason: 'r' }],
  ['unhidePost', { id: userId(9) }],
  ['favoritePost', { id: userId(9) }],
  ['unfavoritePost', { id: userId(9) }],
])('%s is refused when nobody is signed in', async (name, input) =>
  expect(await mutate(name, input)).toEqual(rejected('UNAUTHENTICATED')),
)
