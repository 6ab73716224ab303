import { type Case, testCheck } from '../facts/check-cases.fixture.ts'
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
    reported: [{ level: 'safe', rule: 'topics.added', file: list, line: 'blog.series.v1', breaks: [] }],
  },
  {
    what: 'a renamed topic leaves its consumers with an empty one',
    edits: [[list, 'blog.favorites.v1', 'blog.favorites.v2']],
    reported: [
      {
        level: 'breaking',
        rule: 'topics.renamed',
        file: list,
        line: 'blog.favorites.v2',
        breaks: ['posts: projection of favorites'],
      },
    ],
  },
  {
    what: 'a removed topic breaks its consumers',
    edits: [
      [list, favorites, ''],
      [favoritesProjection, null, null],
    ],
    reported: [
      {
        level: 'breaking',
        rule: 'topics.removed',
        file: list,
        line: 'blog.favorites.v1',
        breaks: ['posts: projection of favorites'],
      },
    ],
  },
  {
    what: 'a removed topic is reported as removed although its projection still names it',
    edits: [[list, favorites, '']],
    reported: [
      {
        level: 'breaking',
        rule: 'topics.removed',
        file: list,
        line: 'blog.favorites.v1',
        breaks: ['posts: projection of favorites'],
      },
    ],
  },
  {
    what: 'a topic may be removed when nothing reads it and its retirement was announced',
    before: [
      [list, favorites, `// Retired topic: blog.favorites.v1\n  ${favorites}`],
      [favoritesProjection, null, null],
    ],
    edits: [[list, /\/\/ Retired topic.*\n.*favorites: topic.*\n/, '']],
    reported: [{ level: 'dangerous', rule: 'topics.retired', file: list, line: 'blog.favorites.v1', breaks: [] }],
  },
  {
    what: 'a changed number of partitions is breaking, and reported once for all topics',
    edits: [[list, 'partitions: 6', 'partitions: 12']],
    reported: [
      {
        level: 'breaking',
        rule: 'topics.partitions-changed',
        file: list,
        line: 'partitions: 12',
        breaks: allConsumers,
      },
    ],
  },
  {
    what: 'a changed cleanup policy is breaking',
    edits: [[list, "'cleanup.policy': 'compact'", "'cleanup.policy': 'compact,delete'"]],
    reported: [
      { level: 'breaking', rule: 'topics.policy-changed', file: list, line: "'compact,delete'", breaks: allConsumers },
    ],
  },
  {
    what: 'a changed retention is breaking',
    edits: [[list, "'retention.ms': '-1'", "'retention.ms': '604800000'"]],
    reported: [
      { level: 'breaking', rule: 'topics.retention-changed', file: list, line: '604800000', breaks: allConsumers },
    ],
  },
  {
    what: 'any other changed setting is dangerous: the roles wait until the broker has it',
    edits: [[list, "'max.message.bytes': String(1024 * 1024)", "'max.message.bytes': String(2 * 1024 * 1024)"]],
    reported: [{ level: 'dangerous', rule: 'topics.setting-changed', file: list, line: '2 * 1024', breaks: [] }],
  },
  {
    what: 'a changed owner is dangerous',
    edits: [[list, "'blog.favorites.v1', 'posts'", "'blog.favorites.v1', 'users'"]],
    reported: [
      {
        level: 'dangerous',
        rule: 'topics.owner-changed',
        file: list,
        line: "'blog.favorites.v1', 'users'",
        breaks: ['posts: projection of favorites'],
      },
    ],
  },
  {
    what: 'a changed message of a topic is breaking',
    edits: [[list, "'blog.favorites.v1', 'posts', FavoriteSchema", "'blog.favorites.v1', 'posts', FollowSchema"]],
    reported: [
      {
        level: 'breaking',
        rule: 'topics.message-changed',
        file: list,
        line: 'blog.favorites.v1',
        breaks: ['posts: projection of favorites'],
      },
    ],
  },
  {
    what: 'a list that does not run is breaking',
    edits: [[list, 'FavoriteSchema }', 'LikeSchema }']],
    reported: [
      {
        level: 'breaking',
        rule: 'topics.does-not-run',
        file: list,
        line: 'LikeSchema',
        breaks: ['every role: none starts'],
      },
    ],
  },
]

testCheck(checkTopics, cases)
