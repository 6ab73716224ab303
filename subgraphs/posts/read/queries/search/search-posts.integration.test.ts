import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { topics } from '#contracts/topics.ts'
import { post, user } from '../../../states.fixture.ts'
import { openSubgraph } from '../../../subgraph.fixture.ts'

let subgraph: Awaited<ReturnType<typeof openSubgraph>>
beforeAll(async () => {
  subgraph = await openSubgraph()
  await subgraph.project(topics.users, user(1, 'ada'))
  await subgraph.project(
    topics.posts,
    post(1, 1, { title: 'Running a press', body: 'Ink and paper.' }),
    post(2, 1, { title: 'On paper', body: `The press is running, running, running. ${'Far away. '.repeat(500)}` }),
    post(3, 1, { title: 'Node入门教程', body: `墨水的历史。${'很长的文章。'.repeat(500)}` }),
    post(4, 1, { title: '墨水', body: 'Node and 入门, side by side: Node 入门.' }),
    post(5, 1, { title: '🦉🎉', body: 'At night 👍🏽.' }),
    post(6, 1, { title: 'مرحبا بالعالم', body: 'كتابة' }),
    post(7, 1, { title: 'ภาษาไทยง่าย', body: 'running入门' }),
    post(8, 1, { title: "It's C++ \\ 'quoted'", body: 'a:b & c|d !(e) <-> f' }),
    post(9, 1, { title: 'Quill 你好世界', body: 'Far away. '.repeat(500) }),
    post(10, 1, { title: 'Feathers', body: 'A quill 你好世界.' }),
  )
})
afterAll(() => subgraph.close())

type Answer = { nodes: { id: string }[]; edges: { cursor: string }[]; totalCount: number }

async function search(query: string, args: { first?: number; after?: string } = {}) {
  const { data, errors } = await subgraph.ask(
    `query($query: String!, $first: Int, $after: String) { searchPosts(query: $query, first: $first, after: $after) {
      nodes { id } edges { cursor } totalCount } }`,
    { query, ...args },
  )
  return { answer: data?.searchPosts as Answer | null, codes: errors.map(({ extensions }) => extensions?.code) }
}

const numbers = (answer: Answer | null) => answer?.nodes.map(({ id }) => Number(id.slice(-12)))

test.each([
  ['a word, by its stem, in the title first', 'run', [1, 2]],
  ['all words, the younger first where they rank alike', 'press paper', [2, 1]],
  ['a phrase', '"running a press"', [1]],
  ['one word or another', 'history or ink', [1]],
  ['not what is excluded', 'press -ink', [2]],
  ['a Chinese word, in the title first', '墨水', [4, 3]],
  ['two Chinese words', '入门教程', [3]],
  ['a word that is glued to a Chinese one', 'node', [3, 4]],
  ['both of them, glued, in the title first, however long the body', 'Node入门', [3, 4]],
  ['both of them, apart', '入门 NODE', [3, 4]],
  ['both of them, apart, in a title far from the other words', 'quill 世界', [9, 10]],
  ['stop words beside a Chinese one', 'the 墨水', [4, 3]],
  ['not a Chinese word that is excluded', 'node -教程', [4]],
  ['not a run of words that is excluded', '入门 -墨水', [7]],
  ['a glued word as it is, and others by their stem', 'running', [1, 2, 7]],
  ['an emoji', '🦉', [5]],
  ['emoji together', '🎉🦉', [5]],
  ['an emoji in another skin', '👍', [5]],
  ['an Arabic word', 'بالعالم', [6]],
  ['a Thai word', 'ไทย', [7]],
  ['signs that mean something to PostgreSQL', "it's & c++ \\ | 'quoted' !", [8]],
])('finds %s: %s', async (_, query, expected) => {
  const { answer, codes } = await search(query)
  expect(codes).toEqual([])
  expect(new Set(numbers(answer))).toEqual(new Set(expected))
  expect(numbers(answer)).toEqual(expected)
  expect(answer?.totalCount).toBe(expected.length)
})

test.each([
  'the',
  'and or the',
  '?!',
  '"',
  "'",
  '\\',
  '-',
  '-press',
  '-墨水',
  '。',
  ':*',
  '<->',
  '(&|!',
  'nowhere',
  '-'.repeat(200),
  '- '.repeat(100),
  '-"'.repeat(100),
])('finds nothing, without an error, for %j', async (query) => {
  const { answer, codes } = await search(query)
  expect(codes).toEqual([])
  expect(answer).toMatchObject({ nodes: [], totalCount: 0 })
})

describe('a cursor', () => {
  test.each(['press', '墨水', 'node'])('pages through all results for %s, each once', async (query) => {
    const all = numbers((await search(query)).answer)
    const seen: (number | undefined)[] = []
    for (let after: string | undefined; ; ) {
      const { answer } = await search(query, { first: 1, ...(after ? { after } : {}) })
      seen.push(...(numbers(answer) ?? []))
      after = answer?.edges.at(-1)?.cursor
      if (!after) break
    }
    expect(seen).toEqual(all)
  })

  test('is valid only for its own query', async () => {
    const after = (await search('press')).answer?.edges[0]?.cursor ?? ''
    expect(numbers((await search('  press ', { after })).answer)).toEqual([2])
    expect((await search('paper', { after })).codes).toEqual(['INVALID_INPUT'])
  })

  test('stays valid when a post is added before it', async () => {
    const after = (await search('press')).answer?.edges[0]?.cursor ?? ''
    await subgraph.project(topics.posts, post(11, 1, { title: 'Press, press, press' }))
    expect(numbers((await search('press', { after })).answer)).toEqual([2])
    await subgraph.project(topics.posts, post(11, 1, { title: '', slug: '', body: '', deleted: true }))
  })
})

test('200 emoji are a valid query, 201 are not', async () => {
  expect((await search('🦉'.repeat(200))).codes).toEqual([])
  expect((await search('🦉'.repeat(201))).codes).toEqual(['INVALID_INPUT'])
})
