import type { ServiceName } from '#subgraphs/services.ts'
import type { Subjects } from './subjects.ts'

/** One query as the gateway would send it to a subgraph. */
export type Measured = {
  readonly name: string
  readonly service: ServiceName
  readonly query: string
  readonly variables?: Readonly<Record<string, unknown>>
  /** Finds the page in the reply, if the pages after it are measured too. */
  readonly next?: (data: never) => { readonly pageInfo: { readonly endCursor: string | null } } | undefined
}

const info = 'pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount'
const post = `id slug title excerpt readingMinutes status tags author { id username fullName avatarUrl } commentsCount favoritesCount viewerHasFavorited
  createdAt publishedAt version latestComments(first: 2) { id body createdAt author { username fullName avatarUrl } }`
const comment = 'id body author { id username fullName avatarUrl } isDeleted isHidden createdAt version'
const user = 'id username fullName bio avatarUrl followersCount followingCount viewerIsFollowing version'
const entities = (type: string, fields: string) =>
  `query($representations: [_Any!]!) { _entities(representations: $representations) { ... on ${type} { ${fields} } } }`
const representations = (type: string, ids: readonly string[]) => ({
  representations: ids.map((id) => ({ __typename: type, id })),
})

/** Queries of a list field: the first page and those after it, and the last page if it can be read backward. */
const list = (
  name: string,
  service: Measured['service'],
  field: string,
  declared: string,
  variables: Readonly<Record<string, unknown>>,
  nodes: string,
  alsoBackward = true,
): Measured[] => {
  const query = (page: string, more = '') => {
    const variables = [declared, more].filter(Boolean).join(', ')
    return `query${variables && `(${variables})`} { it: ${field.replace('PAGE', page)} { nodes { ${nodes} } ${info} } }`
  }
  return [
    {
      name: `${name}, first 20`,
      service,
      variables,
      query: query('first: 20, after: $after', '$after: String'),
      next: (data: { it?: { pageInfo: { endCursor: string | null } } }) => data.it,
    } as Measured,
    { name: `${name}, first 100`, service, variables, query: query('first: 100') },
    ...(alsoBackward ? [{ name: `${name}, last 20`, service, variables, query: query('last: 20') }] : []),
  ]
}

export const queries = (of: Subjects): readonly Measured[] => [
  ...list('posts', 'posts', 'posts(PAGE)', '', {}, post),
  ...list('posts of an author', 'posts', 'posts(filter: { authorId: $id }, PAGE)', '$id: ID!', { id: of.author }, post),
  ...list('posts of a tag', 'posts', 'posts(filter: { tag: $tag }, PAGE)', '$tag: String!', { tag: of.tag }, post),
  ...list(
    'posts somebody favors',
    'posts',
    'posts(filter: { favoritedBy: $id }, PAGE)',
    '$id: ID!',
    { id: of.follower },
    post,
  ),
  ...list(
    'posts of an author with a tag',
    'posts',
    'posts(filter: { authorId: $id, tag: $tag }, PAGE)',
    '$id: ID!, $tag: String!',
    { id: of.author, tag: of.tag },
    post,
  ),
  ...list('feed', 'posts', 'feed(PAGE)', '', {}, post, false),
  ...list('drafts', 'posts', 'drafts(PAGE)', '', {}, post, false),
  ...['ink', 'paper clock', 'ink or bridge', 'island -river', '墨水', '🦉', 'بالعالم'].flatMap((query) =>
    list(
      `searchPosts "${query}"`,
      'posts',
      'searchPosts(query: $query, PAGE)',
      '$query: String!',
      { query },
      post,
      false,
    ),
  ),
  { name: 'tags, first 100', service: 'posts', query: '{ tags(first: 100) { name postsCount } }' },
  { name: 'tags that start', service: 'posts', query: '{ tags(startingWith: "b") { name postsCount } }' },
  {
    name: 'post',
    service: 'posts',
    query: `query($id: ID!) { post(id: $id) { ${post} body } }`,
    variables: { id: of.post },
  },
  {
    name: 'postBySlug',
    service: 'posts',
    query: `query($slug: String!) { postBySlug(slug: $slug) { ${post} body } }`,
    variables: { slug: of.slug },
  },
  {
    name: '20 posts below each of 20 users',
    service: 'posts',
    query: entities('User', `postsCount posts(first: 20) { nodes { id title } ${info} }`),
    variables: representations('User', of.users.slice(0, 20)),
  },
  ...list('users', 'users', 'users(PAGE)', '', {}, user),
  {
    name: 'userByUsername',
    service: 'users',
    query: `query($name: String!) { userByUsername(username: $name) { ${user} } }`,
    variables: { name: of.username },
  },
  ...(['followers', 'following'] as const).map((field) => ({
    name: `20 ${field} of each of 20 users`,
    service: 'users' as const,
    query: entities('User', `${field}(first: 20) { nodes { id username } ${info} }`),
    variables: representations('User', of.users.slice(0, 20)),
  })),
  { name: 'viewer', service: 'users', query: `{ viewer { ${user} } }` },
  { name: '100 users', service: 'users', query: entities('User', user), variables: representations('User', of.users) },
  {
    name: 'comments of a post, first 20',
    service: 'comments',
    query: entities(
      'Post',
      `comments(first: 20) { nodes { ${comment} replies(first: 3) { nodes { ${comment} } totalCount } } ${info} }`,
    ),
    variables: representations('Post', [of.post]),
  },
  {
    name: 'comments of a post, first 100',
    service: 'comments',
    query: entities('Post', `comments(first: 100) { nodes { ${comment} } ${info} }`),
    variables: representations('Post', [of.post]),
  },
  {
    name: 'comments of a post, last 20',
    service: 'comments',
    query: entities('Post', `comments(last: 20) { nodes { ${comment} } ${info} }`),
    variables: representations('Post', [of.post]),
  },
  {
    name: 'the thread of a post, first 100',
    service: 'comments',
    query: entities('Post', `thread(first: 100) { nodes { ${comment} depth parentId } ${info} }`),
    variables: representations('Post', [of.post]),
  },
  {
    name: '20 comments below each of 20 posts',
    service: 'comments',
    query: entities('Post', `comments(first: 20) { nodes { ${comment} } ${info} }`),
    variables: representations('Post', of.posts.slice(0, 20)),
  },
  {
    name: 'comments of a user, first 20',
    service: 'comments',
    query: entities('User', `comments(first: 20) { nodes { ${comment} post { id } } ${info} }`),
    variables: representations('User', [of.commenter]),
  },
  {
    name: 'comments of a user, last 100',
    service: 'comments',
    query: entities('User', `comments(last: 100) { nodes { ${comment} post { id } } ${info} }`),
    variables: representations('User', [of.commenter]),
  },
  {
    name: 'a comment with its replies',
    service: 'comments',
    query: `query($id: ID!) { comment(id: $id) { ${comment} parent { id } replies(first: 100) { nodes { ${comment} } ${info} } } }`,
    variables: { id: of.thread },
  },
]
