import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { useSubgraph } from './subgraph.fixture.ts'
import { comment, commentId, deleted, post, postId, user, userId } from './world.fixture.ts'

const { project, ask, plans, sql } = useSubgraph()

const ofPosts = `query($r: [_Any!]!, $first: Int, $after: String) { _entities(representations: $r) { ... on Post {
  thread(first: $first, after: $after) { totalCount nodes { id depth parentId body isDeleted isHidden author { id } }
    pageInfo { hasNextPage endCursor } } } } }`
const representation = (n: number) => ({ __typename: 'Post', id: postId(n) })

type Node = { id: string; depth: number; parentId: string | null }
type Thread = { totalCount: number; nodes: Node[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } }
async function read(n: number, args: { first?: number; after?: string | null } = {}): Promise<Thread> {
  const { data, errors } = await ask(ofPosts, { r: [representation(n)], ...args })
  expect(errors).toBeUndefined()
  return data._entities[0].thread
}
const ids = ({ nodes }: Thread) => nodes.map(({ id }) => id)

beforeAll(() => project(user(1), user(2), ...[1, 2, 3, 4, 5, 6, 9].map((n) => post(n))))

describe('the thread of a post', () => {
  const levels = [1, 2, 3, 4, 5, 6, 7, 8]

  test('has its eight levels in one query and one statement', async () => {
    await project(...levels.map((n) => comment(n, { below: levels.slice(0, n - 1) })))
    const whole =
      'query($r: [_Any!]!) { _entities(representations: $r) { ... on Post { thread(first: 100) { nodes { id depth parentId parent { id } } } } } }'
    const { data, statements } = await ask(whole, { r: [representation(1)] })
    const above = (n: number) => (n > 1 ? commentId(n - 1) : null)
    expect(data._entities[0].thread.nodes).toEqual(
      levels.map((n) => ({
        ...{ id: commentId(n), depth: n - 1, parentId: above(n) },
        parent: above(n) === null ? null : { id: above(n) },
      })),
    )
    // The other one is for the parents.
    expect(statements).toHaveLength(2)
  })

  test('has each comment below the one that it answers, and siblings oldest first', async () => {
    const said = { postId: postId(2) }
    // Replies that are newer than later comments, and events in another order than that of creation.
    await project(
      comment(20, said),
      comment(26, { ...said, below: [20] }),
      comment(22, { ...said, below: [20] }),
      comment(25, { ...said, below: [21, 23] }),
      comment(23, { ...said, below: [21] }),
      comment(24, { ...said, below: [20, 22] }),
      comment(21, said),
    )
    const { nodes, totalCount } = await read(2)
    expect(nodes.map(({ id, depth }) => [id, depth])).toEqual(
      [
        [20, 0],
        [22, 1],
        [24, 2],
        [26, 1],
        [21, 0],
        [23, 1],
        [25, 2],
      ].map(([n = 0, depth]) => [commentId(n), depth]),
    )
    expect(totalCount).toBe(7)
  })

  test('keeps the places of deleted comments with replies, and of hidden ones, and counts what it shows', async () => {
    const said = { postId: postId(3) }
    await project(
      deleted(30, said),
      comment(31, { ...said, below: [30], hidden: true, hiddenReason: 'spam' }),
      deleted(32, { ...said, below: [30] }),
      deleted(33, said),
      deleted(34, { ...said, below: [33] }),
    )
    const thread = await read(3)
    expect(thread.totalCount).toBe(2)
    expect(thread.nodes).toMatchObject([
      { id: commentId(30), body: '', isDeleted: true, author: null },
      { id: commentId(31), body: '', isHidden: true, parentId: commentId(30) },
    ])
  })

  test('is read for several posts with one statement, and one more for their counts', async () => {
    const { data, statements } = await ask(ofPosts, { r: [2, 3, 9].map(representation), first: 3 })
    expect(data._entities.map(({ thread }: { thread: Thread }) => [thread.nodes.length, thread.totalCount])).toEqual([
      [3, 7],
      [2, 2],
      [0, 0],
    ])
    expect(statements).toHaveLength(2)
  })

  test.each([[{ first: 101 }], [{ first: 2, after: 'bm9uZQ' }]])(
    'is refused for invalid arguments: %j',
    async (args) => {
      const { errors } = await ask(ofPosts, { r: [representation(2)], ...args })
      expect(errors?.[0]?.extensions?.code).toBe('INVALID_INPUT')
    },
  )
})

test('pages under concurrent replies have each comment that was there once, and none twice, in the order at the end', async () => {
  let run = 0
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 7 }),
      // Each comment answers one of those before it, or none; the rest are written while pages are read.
      fc.array(fc.nat({ max: 30 }), { minLength: 5, maxLength: 30 }),
      fc.integer({ min: 3, max: 15 }),
      async (first, answered, before) => {
        const n = 1_000 + run++
        const pathOf = new Map<number, number[]>()
        const states = answered.map((which, at) => {
          const id = 100_000 + n * 100 + at
          const parents = [undefined, ...[...pathOf.keys()].filter((one) => (pathOf.get(one)?.length ?? 0) < 7)]
          const parent = parents[which % parents.length]
          const below = parent === undefined ? [] : [...(pathOf.get(parent) ?? []), parent]
          pathOf.set(id, below)
          return comment(id, { postId: postId(n), below })
        })
        await project(post(n), ...states.slice(0, before))
        const [there, later] = [states.slice(0, before), states.slice(before)]
        const seen: string[] = []
        for (let after: string | null = null; ; ) {
          const page = await read(n, { first, after })
          seen.push(...ids(page))
          if (!page.pageInfo.hasNextPage) break
          after = page.pageInfo.endCursor
          await project(...later.splice(0, 2))
        }
        expect(new Set(seen).size).toBe(seen.length)
        expect(seen).toEqual(expect.arrayContaining(there.map(({ id }) => id)))
        const atTheEnd = ids(await read(n, { first: 100 }))
        expect(seen).toEqual(atTheEnd.filter((id) => seen.includes(id)))
      },
    ),
    { numRuns: 10 },
  )
}, 60_000)

test('a page of 20,000 comments is one scan of the index, of no more rows than the page has', async () => {
  const ids = Array.from({ length: 20_000 }, (_, n) => commentId(900_000 + n))
  // Each fourth one is at the top, with three replies.
  await sql(
    `INSERT INTO read_1.comments (id, version, "postId", "authorId", visible, "parentId", "ancestorIds", path)
     SELECT id, 1, $1, $2, true, top, array_remove(ARRAY[top], NULL), array_remove(ARRAY[top, id], NULL)
     FROM unnest($3::uuid[], $4::uuid[]) AS made(id, top)`,
    [postId(4), userId(2), ids, ids.map((_, n) => (n % 4 === 0 ? null : ids[n - (n % 4)]))],
  )
  await sql('ANALYZE read_1.comments', [])
  const { pageInfo } = await read(4, { first: 100 })
  const page =
    'query($r: [_Any!]!, $after: String) { _entities(representations: $r) { ... on Post { thread(after: $after) { nodes { id } } } } }'
  for (const after of [null, pageInfo.endCursor]) {
    const { data } = await ask(page, { r: [representation(4)], after })
    expect(data._entities[0].thread.nodes).toHaveLength(20)
    const [plan = '', ...others] = await plans()
    expect(others).toEqual([])
    expect(plan).toMatch(/Index Scan using "?comments_postId_path_idx"? on comments c \(actual rows=21/)
    expect(plan).not.toMatch(/Sort/)
  }
})
