import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RunningGateway, startGateway } from '../testing/gateway.fixture.ts'

/** The real schema without any service: an operation that is accepted fails in its fetches. */
let gateway: RunningGateway
beforeAll(async () => {
  const real = readFileSync(join(import.meta.dirname, '..', '..', 'contracts', 'supergraph.graphql'), 'utf8')
  const away = 'http://127.0.0.1:9'
  gateway = await startGateway(real, { SUBGRAPH_URLS: `users=${away},posts=${away},comments=${away}` })
})
afterAll(() => gateway?.stop())

const codes = async (query: string, variables: object = {}) => {
  const { errors } = await gateway.ask(query, variables)
  return errors.map(({ extensions }: { extensions: { code: string } }) => extensions.code)
}
const letThrough = ['SUBGRAPH_UNAVAILABLE']
const refused = ['GRAPHQL_VALIDATION_FAILED']
const below = (field: string, inner: string) => `${field} { nodes { author { ${inner} } } }`
const aliases = (n: number, field: string) => Array.from({ length: n }, (_, i) => `a${i}: ${field}`).join(' ')
/** Fragments F0 to F`n`, each of which spreads the next twice. */
const doubling = (n: number, inner: string) =>
  `${Array.from({ length: n }, (_, i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`).join(' ')} fragment F${n} on Query { ${inner} }`
const follow = (n: number) => `m${n}: followUser(input: { userId: "1" }) { errors { code } }`

describe('an operation', () => {
  test.each([
    [
      'the usual page',
      '{ posts(first: 20) { nodes { title author { fullName } latestComments(first: 2) { body author { fullName } } } pageInfo { hasNextPage } } }',
    ],
    [
      'the longest page with comments and their authors',
      `{ posts(first: 100) { nodes { latestComments(first: 10) { author { username } } comments(first: 10) { nodes { author { username } } } } } }`,
    ],
    [
      'the longest page of a whole thread, with authors and what the viewer may do',
      '{ post(id: "1") { thread(first: 100) { nodes { id depth parentId body isDeleted viewerCanEdit viewerCanDelete viewerCanHide viewerCanReply author { username fullName } } pageInfo { endCursor } totalCount } } }',
    ],
    ['ten mutations', `mutation { ${Array.from({ length: 10 }, (_, n) => follow(n)).join(' ')} }`],
    ['the schema', '{ __schema { types { name fields { name type { name ofType { name ofType { name } } } } } } }'],
  ])('reaches the services: %s', async (_, query) => {
    const { errors } = await gateway.ask(query)
    expect(errors?.map(({ extensions }: { extensions: { code: string } }) => extensions.code) ?? letThrough).toEqual(
      letThrough,
    )
  })

  test.each([
    ['long pages in long pages', `{ ${below('posts(first: 100)', below('posts(first: 100)', 'id'))} }`],
    ['three nested pages of default length', `{ ${below('posts', below('posts', below('posts', 'id')))} }`],
    [
      'the same through a fragment',
      `{ ${below('posts', '...More')} } fragment More on User { ${below('posts', below('posts', 'id'))} }`,
    ],
    ['counted from the end', `{ ${below('posts(last: 100)', below('posts(last: 100)', 'id'))} }`],
    [
      'fragments that each spread the next twice',
      `query { ...F0 ${below('posts(first: 100)', 'posts(first: 100) { nodes { id } }')} } ${doubling(13, '__typename')}`,
    ],
    ['the same, with nothing but a page at the end', `{ ...F0 } ${doubling(10, 'posts(first: 100) { nodes { id } }')}`],
    [
      'sign-ins through fragments',
      `mutation { ${Array.from({ length: 12 }, (_, n) => `...F${n}`).join(' ')} } ${Array.from({ length: 12 }, (_, n) => `fragment F${n} on Mutation { ${follow(n)} }`).join(' ')}`,
    ],
    [
      'one long text under many names',
      `{ posts(first: 100) { nodes { comments(first: 10) { nodes { ${aliases(12, 'body')} } } } } }`,
    ],
    [
      'the schema, more than once',
      `{ ${aliases(3, '__schema { types { fields { args { name } type { fields { name } } } } }')} }`,
    ],
    ['twelve mutations', `mutation { ${Array.from({ length: 12 }, (_, n) => follow(n)).join(' ')} }`],
  ])('is refused before planning: %s', async (_, query) => expect(await codes(query)).toEqual(refused))

  test('is refused by the page sizes in its variables, with the limit in the message', async () => {
    const query = `query($first: Int) { ${below('posts(first: $first)', below('posts(first: $first)', 'id'))} }`
    expect(await codes(query, { first: 10 })).toEqual(letThrough)
    const { errors } = await gateway.ask(query, { first: 100 })
    expect(errors[0].message).toMatch(
      /^The operation may answer \d+ nodes, and 10000 are allowed: ask for smaller pages/,
    )
  })

  test('does not get cheaper with a size that is out of bounds', async () =>
    expect(await codes(`{ ${below('posts(first: -1)', 'id')} ${below('more: posts(first: 1000000)', 'id')} }`)).toEqual(
      refused,
    ))

  test('costs the same with the size in a default, in a missing variable and behind a condition', async () => {
    const nested = below('posts(first: $n)', below('posts(first: $n)', 'id'))
    for (const [query, variables] of [
      [`query($n: Int = 100) { ${nested} }`, {}],
      [`query($n: Int = 1) { ${nested} }`, { n: 100 }],
      [`query($n: Int! = 100) { ${nested} }`, { unknown: [{}] }],
      [`query($n: Int = 100, $yes: Boolean = true) { ... @include(if: $yes) { ${nested} } }`, {}],
      [`query($n: Int = 100, $no: Boolean!) { ...F @skip(if: $no) } fragment F on Query { ${nested} }`, { no: false }],
      [`query($n: Int) { ${nested} }`, { n: 2_147_483_647 }],
    ] satisfies [string, object][])
      expect(await codes(query, variables)).toEqual(refused)
  })

  test('costs nothing where a condition excludes it', async () => {
    const nested = below('posts(first: 100)', below('posts(first: 100)', 'id'))
    expect(
      await codes(`query($no: Boolean = false) { some: posts { nodes { id } } ... @include(if: $no) { ${nested} } }`),
    ).toEqual(letThrough)
    expect(
      await codes(
        `query($no: Boolean!) { some: posts { nodes { id } } ...F @include(if: $no) } fragment F on Query { ${nested} }`,
        {
          no: false,
        },
      ),
    ).toEqual(letThrough)
  })

  test('is counted alone when its name selects it from several', async () => {
    const dear = `query Dear { ${below('posts(first: 100)', below('posts(first: 100)', 'id'))} }`
    const ask = async (operationName: string) =>
      (
        await gateway.post(JSON.stringify({ query: `query Cheap { posts { nodes { id } } } ${dear}`, operationName }))
      ).json()
    expect(await ask('Cheap')).toMatchObject({ errors: [{ extensions: { code: letThrough[0] } }] })
    expect(await ask('Dear')).toMatchObject({ errors: [{ extensions: { code: refused[0] } }] })
  })
})
