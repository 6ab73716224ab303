import { readFileSync } from 'node:fs'
import { operationFromDocument, Supergraph } from '@apollo/federation-internals'
import { type PlanNode, QueryPlanner, type SubscriptionNode } from '@apollo/query-planner'
import { parse } from 'graphql'
import { expect, test } from 'vitest'

const supergraph = Supergraph.build(readFileSync(new URL('supergraph.graphql', import.meta.url), 'utf8'))
const planner = new QueryPlanner(supergraph)

/** The services that a query is fetched from, in order. */
function fetches(query: string): string[] {
  const { node } = planner.buildQueryPlan(operationFromDocument(supergraph.apiSchema(), parse(query)))
  return servicesOf(node)
}

function servicesOf(node: PlanNode | SubscriptionNode | undefined): string[] {
  switch (node?.kind) {
    case undefined:
      return []
    case 'Fetch':
      return [node.serviceName]
    case 'Flatten':
      return servicesOf(node.node)
    case 'Sequence':
    case 'Parallel':
      return node.nodes.flatMap(servicesOf)
    case 'Condition':
    case 'Defer':
    case 'Subscription':
      throw new Error(`a plan of these queries has no ${node.kind}`)
  }
}

const face = 'id username fullName avatarUrl'
const page = 'pageInfo { hasNextPage endCursor }'
/** A post on a page with others. */
const card = `id slug title excerpt readingMinutes tags status publishedAt createdAt author { ${face} }
  commentsCount favoritesCount viewerHasFavorited viewerCanEdit viewerCanDelete
  latestComments(first: 2) { id body createdAt author { ${face} } }`
const wholePost = `${card} body updatedAt version`
const comments = `comments(first: 20) { nodes { id body createdAt isDeleted isHidden version author { ${face} }
  replies(first: 3) { nodes { id body createdAt author { ${face} } } totalCount } } totalCount ${page} }`

test.each([
  [
    'the front page',
    `{ posts(first: 20) { nodes { ${card} } totalCount ${page} } tags(first: 20) { name postsCount } }`,
  ],
  ['a post by its slug', `{ postBySlug(slug: "on-ink") { ${wholePost} } }`],
  ['a post by its id', `query($id: ID!) { post(id: $id) { ${wholePost} } }`],
  ['the posts of a tag', `{ posts(filter: { tag: "ink" }, first: 20) { nodes { ${card} } totalCount ${page} } }`],
  ['the posts of an author', `query($id: ID!) { posts(filter: { authorId: $id }) { nodes { ${card} } ${page} } }`],
  [
    'the posts that somebody favors',
    `query($id: ID!) { posts(filter: { favoritedBy: $id }) { nodes { ${card} } ${page} } }`,
  ],
  ['a search', `{ searchPosts(query: "ink", first: 20) { nodes { ${card} } totalCount ${page} } }`],
  ['the feed', `{ feed(first: 20) { nodes { ${card} } totalCount ${page} } }`],
  ['the drafts', `{ drafts(first: 20) { nodes { ${card} } totalCount ${page} } }`],
  ['the tags of an editor', '{ tags(first: 10, startingWith: "in") { name postsCount } }'],
  [
    'what a command returns',
    `mutation($input: UpdatePostInput!) { updatePost(input: $input) { post { ${wholePost} } errors { code path } } }`,
  ],
])('%s is one fetch, to posts', (_, query) => expect(fetches(query)).toEqual(['posts']))

test('a post with its comments needs one more fetch, to comments, which knows their authors', () =>
  expect(fetches(`{ postBySlug(slug: "on-ink") { ${wholePost} ${comments} } }`)).toEqual(['posts', 'comments']))

test('a comment that a command returns is one fetch, to comments', () =>
  expect(
    fetches(
      `mutation($input: CreateCommentInput!) { createComment(input: $input) { comment { id body author { ${face} } } errors { code } } }`,
    ),
  ).toEqual(['comments']))

test('a profile is one fetch to users, and one to posts for what the user wrote', () =>
  expect(
    fetches(
      `{ userByUsername(username: "ada") { ${face} bio followersCount followingCount viewerIsFollowing postsCount
        posts(first: 20) { nodes { ${card} } totalCount ${page} } } }`,
    ),
  ).toEqual(['users', 'posts']))

test('only what no other service has is fetched from users, in one fetch for all authors', () =>
  expect(fetches(`{ posts(first: 20) { nodes { ${card} author { bio } } } }`)).toEqual(['posts', 'users']))
