import { breaking, type Case, dangerous, safe, testCheck } from '../facts/check-cases.fixture.ts'
import { checkTopics } from './check-topics.ts'

const list = 'contracts/topics.ts'
const favorites = "favorites: topic('blog.favorites.v1', 'posts', FavoriteSchema),"
const favoritesProjection = 'subgraphs/posts/read/projections/favorites.ts'

const allConsumers = [
  'comments: projection of users',
  'comments: reference of users',
  'posts: projection of users',
  'posts: reference of users',
  'users: projection of users',
  'comments: projection of posts',
  'comments: reference of posts',
  'posts: projection of posts',
  'comments: projection of comments',
  'posts: projection of comments',
  'posts: projection of follows',
  'users: projection of follows',
  'posts: projection of favorites',
]

const cases: readonly Case[] = [
  { what: 'an equal list reports nothing', edits: [], reported: [] },
  {
    what: 'an added topic is safe',
    edits: [[list, favorites, `${favorites}\n  series: topic('blog.series.v1', 'posts', PostSchema),`]],
    reported: [safe('topics.added', list, 'blog.series.v1')],
  },
  {
    what: 'a renamed topic leaves its consumers with an empty one',
    edits: [[list, 'blog.favorites.v1', 'blog.favorites.v2']],
    reported: [breaking('topics.renamed', list, 'blog.favorites.v2', ['posts: projection of favorites'])],
  },
  {
    what: 'a removed topic breaks its consumers',
    edits: [
      [list, favorites, ''],
      [favoritesProjection, null, null],
    ],
    reported: [breaking('topics.removed', list, 'blog.favorites.v1', ['posts: projection of favorites'])],
  },
  {
    what: 'a removed topic is reported as removed although its projection still names it',
    edits: [[list, favorites, '']],
    reported: [breaking('topics.removed', list, 'blog.favorites.v1', ['posts: projection of favorites'])],
  },
  {
    what: 'a topic may be removed when nothing reads it and its retirement was announced',
    before: [
      [list, favorites, `// Retired topic: blog.favorites.v1\n  ${favorites}`],
      [favoritesProjection, null, null],
    ],
    edits: [[list, /\/\/ Retired topic.*\n.*favorites: topic.*\n/, '']],
    reported: [dangerous('topics.retired', list, 'blog.favorites.v1')],
  },
  {
    what: 'a changed number of partitions is breaking, and reported once for all topics',
    edits: [[list, 'partitions: 6', 'partitions: 12']],
    reported: [breaking('topics.partitions-changed', list, 'partitions: 12', allConsumers)],
  },
  {
    what: 'a changed cleanup policy is breaking',
    edits: [[list, "'cleanup.policy': 'compact'", "'cleanup.policy': 'compact,delete'"]],
    reported: [breaking('topics.policy-changed', list, "'compact,delete'", allConsumers)],
  },
  {
    what: 'a changed retention is breaking',
    edits: [[list, "'retention.ms': '-1'", "'retention.ms': '604800000'"]],
    reported: [breaking('topics.retention-changed', list, '604800000', allConsumers)],
  },
  {
    what: 'any other changed setting is dangerous: the roles wait until the broker has it',
    edits: [[list, "'max.message.bytes': String(1024 * 1024)", "'max.message.bytes': String(2 * 1024 * 1024)"]],
    reported: [dangerous('topics.setting-changed', list, '2 * 1024')],
  },
  {
    what: 'a changed owner is dangerous',
    edits: [[list, "'blog.favorites.v1', 'posts'", "'blog.favorites.v1', 'users'"]],
    reported: [
      dangerous('topics.owner-changed', list, "'blog.favorites.v1', 'users'", ['posts: projection of favorites']),
    ],
  },
  {
    what: 'a changed message of a topic is breaking',
    edits: [[list, "'blog.favorites.v1', 'posts', FavoriteSchema", "'blog.favorites.v1', 'posts', FollowSchema"]],
    reported: [breaking('topics.message-changed', list, 'blog.favorites.v1', ['posts: projection of favorites'])],
  },
  {
    what: 'a list that does not run is breaking',
    edits: [[list, 'FavoriteSchema }', 'LikeSchema }']],
    reported: [breaking('topics.does-not-run', list, 'LikeSchema', ['every role: none starts'])],
  },
]

testCheck(checkTopics, cases)
